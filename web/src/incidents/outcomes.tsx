import { formatNumber } from "../format";
import { TroubleBox } from "../panel/states";
import { CATEGORIES } from "./contract";
import type { IncidentModel } from "./model";
import { shownCategories } from "./state";
import { outcomeRows, outcomeTitle } from "./view";

/** What came of the reports, a column for each category. */
export function Outcomes({ m, asked }: { m: IncidentModel; asked: string }) {
  const { outcomes, state } = m;
  const sides = shownCategories(state.categories);
  const rows = outcomeRows(outcomes.data?.rows ?? [], sides);
  return (
    <section class={outcomes.stale ? "part of-outcomes is-stale" : "part of-outcomes"} aria-labelledby="outcomes-title">
      <h2 id="outcomes-title">What came of them</h2>
      {outcomes.trouble && <TroubleBox what="The outcomes" trouble={outcomes.trouble} onRetry={outcomes.retry} />}
      {outcomes.data && rows.length === 0 && <p class="quiet">No reports in this choice.</p>}
      {rows.length > 0 && (
        <table class="numbers outcomes">
          <caption class="quiet">{asked}</caption>
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              {sides.map((id) => (
                <th key={id} scope="col">
                  {CATEGORIES.find((c) => c.id === id)?.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ outcome, reports }) => (
              <tr key={outcome}>
                <th scope="row">{outcomeTitle(outcome)}</th>
                {reports.map((n, i) => (
                  <td key={sides[i]}>{formatNumber(n)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
