import type { ClassId, Scheme } from "../api";
import { formatDate, formatNumber } from "../format";
import { useJson } from "../hooks";
import { ClassMark } from "../marks";
import { TroubleBox, Waiting } from "../panel/states";
import { addDays } from "../weeks";
import type { Version } from "./contract";
import { NewVersion } from "./new-version";

const COUNTED: ClassId[] = ["managed", "residential", "non_residential"];

/** Every version of the boundary, the latest first. */
export function Versions({ scheme }: { scheme: Scheme }) {
  const { data, trouble, retry } = useJson<{ versions: Version[] }>("/v1/boundaries/versions");
  const title = (id: ClassId) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <section class="part" id="boundary" aria-labelledby="versions-title">
      <h2 id="versions-title">Boundary versions</h2>
      <p class="quiet">
        A version is in force for its span of days, and is never overwritten. Take the latest back with{" "}
        <code>commonground boundaries undo</code>.
      </p>
      {trouble && <TroubleBox what="The versions" trouble={trouble} onRetry={retry} />}
      {!data && !trouble && <Waiting />}
      {data?.versions.length === 0 && <p>No boundary yet, so no record has a class.</p>}
      {data && data.versions.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of boundary versions">
          <table class="numbers records">
            <thead>
              <tr>
                <th scope="col">Version</th>
                <th scope="col" class="words">In force</th>
                {COUNTED.map((id) => (
                  <th key={id} scope="col">
                    <ClassMark id={id} /> {title(id)}, areas
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.versions.toReversed().map((v) => (
                <tr key={v.version} class={v.withdrawn ? "quiet" : ""}>
                  <th scope="row">{v.version}</th>
                  <td class="words">{v.withdrawn ? `Taken back; was for ${span(v)}` : span(v)}</td>
                  {COUNTED.map((id) => (
                    <td key={id}>{formatNumber(v.areas[id] ?? 0)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <NewVersion scheme={scheme} onPut={retry} />
    </section>
  );
}

function span({ from, to }: Version): string {
  const start = from ? `from ${formatDate(from)}` : "from the start";
  return to ? `${start} to ${formatDate(addDays(to, -1))}` : `${start}, without end`;
}
