import type { Scheme } from "../api";
import { formatDate, formatNumber, plural } from "../format";
import { ClassMark } from "../marks";
import type { Table } from "../tally";

interface Props {
  scheme: Scheme;
  table: Table;
  caption: string;
  csv: string | null;
}

/** Weeks × classes with totals: what the chart shows, in numbers. */
export function WeekTable({ scheme, table, caption, csv }: Props) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="Table of the same weeks">
      <table class="numbers">
        <caption>{caption}</caption>
        <Head scheme={scheme} table={table} />
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.week}>
              <th scope="row">{formatDate(row.week)}</th>
              {row.cells.map((items, i) => (
                <td key={table.classes[i]}>{formatNumber(items)}</td>
              ))}
              <td>{formatNumber(row.items)}</td>
              {scheme.showsVisits && <td>{formatNumber(row.visits)}</td>}
            </tr>
          ))}
        </tbody>
        <Foot table={table} visits={scheme.showsVisits} />
      </table>
      {csv && (
        <p class="table-note">
          <a href={csv} download="counts.csv">
            Download these numbers (CSV)
          </a>
        </p>
      )}
    </div>
  );
}

function Head({ scheme, table }: { scheme: Scheme; table: Table }) {
  const title = (id: string) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <thead>
      <tr>
        <th scope="col">Week from</th>
        {table.classes.map((id) => (
          <th key={id} scope="col">
            <ClassMark id={id} /> {title(id)}, items
          </th>
        ))}
        <th scope="col">All these, items</th>
        {scheme.showsVisits && <th scope="col">Visits</th>}
      </tr>
    </thead>
  );
}

function Foot({ table, visits }: { table: Table; visits: boolean }) {
  return (
    <tfoot>
      <tr>
        <th scope="row">All {plural(table.rows.length, "week")}</th>
        {table.total.cells.map((items, i) => (
          <td key={table.classes[i]}>{formatNumber(items)}</td>
        ))}
        <td data-total="items">{formatNumber(table.total.items)}</td>
        {visits && <td data-total="visits">{formatNumber(table.total.visits)}</td>}
      </tr>
    </tfoot>
  );
}
