import { formatMoment, formatNumber } from "../format";
import { useFocus } from "../start";
import { type Import, importUrl } from "./contract";
import type { StepProps } from "./main";
import { droppedText, pageWords, resultText } from "./words";

/** The last step: what became of every row. */
export function ResultStep({ one, scheme, takeFocus, go }: StepProps) {
  const heading = useFocus<HTMLHeadingElement>(takeFocus);
  return (
    <section class="part" aria-labelledby="step-title">
      <h2 id="step-title" ref={heading} tabIndex={-1}>
        {resultText(one)}
      </h2>
      <p class="quiet">
        {one.name}
        {one.ended && `, ${formatMoment(one.ended, scheme.timeZone)}`}
      </p>
      <Unfinished one={one} go={go} />
      {one.unlocated > 0 && <p>Rows without a usable place are stored and counted, but on no map.</p>}
      {one.refused > 0 && <Refused one={one} go={go} />}
      <p>{droppedText(one.dropped)}</p>
      <p class="actions">
        <a class="button primary" href={one.sort === "incidents" ? "/staff/incidents/" : "/staff/"}>
          See it on the map
        </a>
        <button type="button" class="button" onClick={() => go({})}>
          Import another file
        </button>
      </p>
    </section>
  );
}

function Unfinished({ one, go }: { one: Import; go: StepProps["go"] }) {
  if (one.state === "done") return null;
  return (
    <div class="trouble">
      {one.state === "failed" && (
        <p>
          <strong>The end of the file was not reached.</strong> {pageWords(one.error)}
        </p>
      )}
      <p>The rows added by then stay. Sending the file again adds only the others.</p>
      <button type="button" class="button" onClick={() => go({ mends: one.id })}>
        Send the file again
      </button>
    </div>
  );
}

function Refused({ one, go }: { one: Import; go: StepProps["go"] }) {
  const first = one.first_refusals ?? [];
  const rest = one.refused - first.length;
  return (
    <section class="refused" aria-labelledby="refused-title">
      <h3 id="refused-title">Mend these rows and send that file</h3>
      <p>
        Nothing was stored of them. The file of refused rows has them as they came, under the same first row; the other says why,
        row by row.
      </p>
      <p class="downloads">
        <a href={importUrl(one.id, "refused.csv")} download>
          Refused rows (CSV)
        </a>
        <a href={importUrl(one.id, "reasons.csv")} download>
          Reasons (CSV)
        </a>
      </p>
      <ol class="reasons">
        {first.map((text) => (
          <li key={text}>{pageWords(text)}</li>
        ))}
      </ol>
      {rest > 0 && first.length > 0 && <p class="quiet">And {formatNumber(rest)} more, in the file of reasons.</p>}
      <button type="button" class="button" onClick={() => go({ mends: one.id })}>
        Send the mended file
      </button>
    </section>
  );
}
