import type { Scheme } from "../api";
import { formatMoment, formatNumber, plural } from "../format";
import { useJson } from "../hooks";
import { usePages } from "../pages";
import { More } from "../panel/more";
import { TroubleBox, Waiting } from "../panel/states";
import { type Entries, type Entry, entriesUrl, type Summary, type Unusual } from "./contract";

/** Who looked and who changed what: unusual looks first, then sums, then the log itself. */
export function Audit({ scheme }: { scheme: Scheme }) {
  const { data, trouble, retry } = useJson<Summary>("/v1/audit/summary");
  return (
    <section class="part" aria-labelledby="audit-title">
      <h2 id="audit-title">Who looked, and who changed what</h2>
      {trouble && <TroubleBox what="The summary of the log" trouble={trouble} onRetry={retry} />}
      {!data && !trouble && <Waiting />}
      {data && (
        <>
          <p>
            {plural(data.entries, "entry", "entries")} by {plural(data.people, "person or program", "people and programs")}.
          </p>
          <UnusualLooks scheme={scheme} unusual={data.unusual} />
          <h3>Actions</h3>
          <table class="numbers narrow">
            <thead>
              <tr>
                <th scope="col">Action</th>
                <th scope="col">Entries</th>
              </tr>
            </thead>
            <tbody>
              {data.actions.map(({ action, entries }) => (
                <tr key={action}>
                  <th scope="row">{asWords(action)}</th>
                  <td>{formatNumber(entries)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <Log scheme={scheme} />
    </section>
  );
}

function UnusualLooks({ scheme, unusual }: { scheme: Scheme; unusual: Unusual[] }) {
  return (
    <>
      <h3>Unusual looks</h3>
      {unusual.length === 0 ? (
        <p>None by the rules. That proves nothing; it says where there is no need to ask first.</p>
      ) : (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of unusual looks">
          <table class="numbers records">
            <caption class="quiet">Each is a reason to ask, not a finding: a night shift looks at night.</caption>
            <thead>
              <tr>
                {["Who", "What", "About", "From", "To"].map((title) => (
                  <th key={title} scope="col" class="words">
                    {title}
                  </th>
                ))}
                <th scope="col">Looks</th>
              </tr>
            </thead>
            <tbody>
              {unusual.map((u) => (
                <tr key={`${u.rule} ${u.who} ${u.subject} ${u.from}`}>
                  <th scope="row">{person(u)}</th>
                  <td class="words">{asWords(u.title)}</td>
                  <td class="words long">{u.subject ?? "–"}</td>
                  <td class="words">{formatMoment(u.from, scheme.timeZone)}</td>
                  <td class="words">{formatMoment(u.to, scheme.timeZone)}</td>
                  <td>{formatNumber(u.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Log({ scheme }: { scheme: Scheme }) {
  const list = usePages<Entries, Entry>(entriesUrl(), (answer) => ({
    rows: answer.entries,
    next: answer.next === undefined ? null : entriesUrl(answer.next),
  }));
  const { first, rows } = list;
  return (
    <>
      <h3>Latest entries</h3>
      {first.trouble && <TroubleBox what="The log" trouble={first.trouble} onRetry={first.retry} />}
      {rows.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of latest entries">
          <table class="numbers records">
            <thead>
              <tr>
                <th scope="col">Number</th>
                {["When", "Who", "Action", "What", "Why"].map((title) => (
                  <th key={title} scope="col" class="words">
                    {title}
                  </th>
                ))}
                <th scope="col">Records</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((entry) => (
                <LogRow key={entry.number} scheme={scheme} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More list={list} />
    </>
  );
}

function LogRow({ scheme, entry: e }: { scheme: Scheme; entry: Entry }) {
  return (
    <tr>
      <th scope="row">{e.number}</th>
      <td class="words">{formatMoment(e.at, scheme.timeZone)}</td>
      <td class="words">{person(e)}</td>
      <td class="words">{asWords(e.action)}</td>
      <td class="words long">
        {e.subject ? `${e.subject} · ` : ""}
        {readable(e.what)}
      </td>
      <td class="words long">{e.why ?? ""}</td>
      <td>{e.records === undefined ? "" : formatNumber(e.records)}</td>
    </tr>
  );
}

// Two people may have one name; what signs them in tells them apart.
function person({ name, who }: { name: string; who: string }): string {
  return name ? `${name} (${who})` : who;
}

/** An address as a person reads it: slashes and commas are spelt out in the log. */
export function readable(what: string): string {
  return what.replaceAll("%2F", "/").replaceAll("%2C", ",");
}

function asWords(id: string): string {
  const words = id.replaceAll(/[_-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
