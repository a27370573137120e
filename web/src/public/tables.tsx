import type { ClassId } from "../api";
import { formatDate, plural } from "../format";
import { ClassMark } from "../marks";
import { bandOf, type Edition, isBounded, type Squares, type Titled } from "./contract";
import { aboutFigure, periodTitle, roundingWords, thousands } from "./words";

/** One table for each family: weeks down, classes across. */
export function ItemTables({ edition }: { edition: Edition }) {
  return (
    <section class="tables" aria-labelledby="tables-title">
      <h2 id="tables-title">Items removed, by week and place</h2>
      <p>{roundingWords(edition)}</p>
      {edition.tables.families.map((family) => (
        <FamilyTable key={family.id} edition={edition} family={family} />
      ))}
    </section>
  );
}

function FamilyTable({ edition, family }: { edition: Edition; family: Titled }) {
  const { classes, totals } = edition.tables;
  const total = totals.find((t) => t.family === family.id);
  return (
    <div class="family">
      {/* Not in the table, which is wider than a phone and would take it along. */}
      <p id={`removed-${family.id}`}>
        <strong>{family.title}</strong> removed, {periodTitle(edition.period)}
        {total && `: ${aboutFigure(total.items)} in the whole area and period`}
      </p>
      <div class="table-scroll" role="region" aria-label={`${family.title} removed`} tabIndex={0}>
        <table aria-labelledby={`removed-${family.id}`}>
          <thead>
            <tr>
              <th scope="col">Week from</th>
              {classes.map(({ id, title }) => (
                <th key={id} scope="col">
                  <ClassMark id={id as ClassId} /> {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {edition.period.weeks.map((week) => (
              <WeekRow key={week} edition={edition} family={family} week={week} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function WeekRow({ edition, family, week }: { edition: Edition; family: Titled; week: string }) {
  const { classes, rows } = edition.tables;
  const items = (id: string) => rows.find((r) => r.week === week && r.class === id && r.family === family.id)?.items ?? "";
  return (
    <tr>
      <th scope="row">{formatDate(week)}</th>
      {classes.map(({ id }) => (
        <td key={id}>{thousands(items(id))}</td>
      ))}
    </tr>
  );
}

/** What the map shows, for those who can't see it. */
export function MapTable({ edition, squares }: { edition: Edition; squares: Squares }) {
  const shown = squares.features.filter((s) => s.properties.band > 0);
  const hidden = squares.features.length - shown.length;
  return (
    <details class="map-table">
      <summary>The map as a table</summary>
      <p>
        {plural(shown.length, "square")} {shown.length === 1 ? "is" : "are"} shown, from north to south and from west to east.{" "}
        {plural(hidden, "other")} {hidden === 1 ? "is" : "are"} not shown: too few finds, finds on too few days, or none.
      </p>
      <div class="table-scroll" role="region" aria-label="Squares that are shown" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">South-west corner and side</th>
              <th scope="col">{edition.map.legend.some(isBounded) ? "Items for each 250\u00a0m × 250\u00a0m" : "On the map"}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ properties: { square, band } }) => (
              <tr key={square}>
                <th scope="row">{square}</th>
                <td>{bandOf(edition, band)?.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
