import type { Scheme } from "../../api";
import { formatMoment } from "../../format";
import { useJson } from "../../hooks";
import { TroubleBox, Waiting } from "../../panel/states";
import { historyOf, type Measure, type Returns } from "./contract";
import { daysWords, figureWords, type Group, historyRows } from "./model";

interface Props {
  period: string;
  scheme: Scheme;
  groups: Group[];
  /** how many were sent since the page was loaded: another is another question */
  sendings: number;
}

/** Every figure that was returned for the report on a period, the latest first. */
export function History({ period, scheme, groups, sendings }: Props) {
  const { data, trouble, retry } = useJson<Returns>(`${historyOf(period)}#${sendings}`);
  const rows = data && historyRows(data, groups);
  const titles = new Map(data?.measures.map((m: Measure) => [m.id, m.title]));
  return (
    <section class="part" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      {trouble && <TroubleBox what="The history" trouble={trouble} onRetry={retry} />}
      {!data && !trouble && <Waiting />}
      {rows?.length === 0 && <p>Nothing was returned for this period yet.</p>}
      {rows && rows.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of returns">
          <table class="numbers records">
            <thead>
              <tr>
                <th scope="col">Number</th>
                <th scope="col" class="words">
                  Measure
                </th>
                <th scope="col">Figure</th>
                {["Days", "Returned", "By"].map((title) => (
                  <th key={title} scope="col" class="words">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((r) => (
                <tr key={r.number}>
                  <td>{r.number}</td>
                  <th scope="row">{titles.get(r.measure)}</th>
                  <td>{figureWords(r)}</td>
                  <td class="words">{daysWords(r)}</td>
                  <td class="words">{formatMoment(r.at, scheme.timeZone)}</td>
                  <td class="words">{r.who ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
