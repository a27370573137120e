import { formatNumber } from "../format";
import { useJson } from "../hooks";
import { TroubleBox, Waiting } from "../panel/states";
import { asksNothing, CATEGORIES, type Category, type IncidentFilter, type Response, type ResponseTimes, responseUrl } from "./contract";
import { shownCategories } from "./state";
import { outcomeTitle } from "./view";

/** How long it took until someone came, what was not answered and why nobody went: these weeks, those before, and a year before. */
export function ResponseTable({ filter, asked }: { filter: IncidentFilter; asked: string }) {
  const response = useJson<Response>(asksNothing(filter) ? null : responseUrl(filter));
  return (
    <section class={response.stale ? "part is-stale" : "part"} aria-labelledby="response-title">
      <h2 id="response-title">Until someone came</h2>
      {response.trouble && <TroubleBox what="The times" trouble={response.trouble} onRetry={response.retry} />}
      {!response.data && !response.trouble && !asksNothing(filter) && <Waiting />}
      <div class="sides">
        {response.data && shownCategories(filter.categories).map((id) => <Side key={id} id={id} of={(response.data as Response)[id]} asked={asked} />)}
      </div>
    </section>
  );
}

const COLUMNS: [keyof ResponseTimes, string][] = [
  ["now", "These weeks"],
  ["before", "Weeks before"],
  ["year", "A year before"],
];

function Side({ id, of, asked }: { id: Category; of: ResponseTimes; asked: string }) {
  const title = CATEGORIES.find((c) => c.id === id)?.title;
  const reasons = [...new Set(COLUMNS.flatMap(([column]) => of[column]?.reasons.map((r) => r.id) ?? []))];
  const cells = (value: (of: NonNullable<ResponseTimes["before"]>) => number | null) =>
    COLUMNS.map(([column]) => {
      const period = of[column];
      const n = period && value(period);
      return <td key={column}>{n === null ? "–" : formatNumber(n)}</td>;
    });
  return (
    <div class="side">
      <h3>{title}</h3>
      <p class="response-words">{of.now.sentence}</p>
      <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label={`Until someone came, ${id}`}>
        <table class="numbers response" data-side={id}>
          <caption class="unseen">
            Reports of {id}, {asked}
          </caption>
          <thead>
            <tr>
              <th scope="col" class="words">
                Reports
              </th>
              {COLUMNS.map(([column, words]) => (
                <th key={column} scope="col">
                  {words}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">All</th>
              {cells((p) => p.reports)}
            </tr>
            <tr>
              <th scope="row">Someone came</th>
              {cells((p) => p.attended)}
            </tr>
            <tr>
              <th scope="row">Minutes until then, half within</th>
              {cells((p) => (p.timed === 0 ? null : p.medianMinutes))}
            </tr>
            <tr>
              <th scope="row">Nine in ten within</th>
              {cells((p) => (p.timed === 0 ? null : p.ninetiethMinutes))}
            </tr>
            <tr>
              <th scope="row">Calls that nobody answered</th>
              {cells((p) => (p.calls === 0 ? null : p.unanswered))}
            </tr>
            {reasons.map((reason) => (
              <tr key={reason}>
                <th scope="row">Nobody went: {outcomeTitle(reason).toLowerCase()}</th>
                {cells((p) => p.reasons.find((r) => r.id === reason)?.reports ?? 0)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
