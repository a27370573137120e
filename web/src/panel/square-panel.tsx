import type { CountRow, Counts, Scheme } from "../api";
import { formatDate, formatNumber, formatRange, plural } from "../format";
import type { Resource } from "../hooks";
import { ClassMark } from "../marks";
import type { SquareNumbers } from "../square";
import { sum } from "../tally";
import { type Range, weeksOf } from "../weeks";
import { TroubleBox } from "./states";

interface Props {
  scheme: Scheme;
  range: Range;
  numbers: SquareNumbers;
  /** "Rank 3 of 142 places", or null where it is not listed */
  rank: string | null;
  onClose(): void;
}

/** What one square holds: by kind, by class, and lately. */
export function SquarePanel({ scheme, range, numbers, rank, onClose }: Props) {
  const { byKind, byClass, byWeek, recent, name } = numbers;
  const trouble = [byKind, byClass, byWeek].find((r) => r.trouble);
  const stale = byKind.stale || byClass.stale;
  return (
    <section class={stale ? "square is-stale" : "square"} aria-labelledby="square-title">
      <header>
        <h2 id="square-title">{name ?? "Picked square"}</h2>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </header>
      {trouble?.trouble && <TroubleBox what="The square's numbers" trouble={trouble.trouble} onRetry={trouble.retry} />}
      <p aria-live="polite">{summary(byClass, range, scheme)}</p>
      {rank && <p class="quiet">{rank}</p>}
      <KindTable scheme={scheme} rows={byKind.data?.rows ?? []} />
      <ClassTable scheme={scheme} rows={byClass.data?.rows ?? []} />
      <RecentTable rows={byWeek.data?.rows ?? []} recent={recent} visits={scheme.showsVisits} />
    </section>
  );
}

function summary(counts: Resource<Counts>, range: Range, scheme: Scheme): string {
  if (!counts.data) return "";
  const { items, visits } = counts.data.total;
  const during = scheme.showsVisits ? ` in ${plural(visits, "visit")}` : "";
  return `${plural(items, "item")} removed${during}, ${formatRange(range)}.`;
}

function KindTable({ scheme, rows }: { scheme: Scheme; rows: CountRow[] }) {
  if (rows.length === 0) return null;
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Items</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.kind}>
            <th scope="row">{scheme.kinds.find((k) => k.id === row.kind)?.title ?? row.kind}</th>
            <td>{formatNumber(row.items)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ClassTable({ scheme, rows }: { scheme: Scheme; rows: CountRow[] }) {
  if (rows.length === 0) return null;
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Items</th>
          {scheme.showsVisits && <th scope="col">Visits</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.class}>
            <th scope="row">
              {row.class && <ClassMark id={row.class} />} {scheme.classes.find((c) => c.id === row.class)?.title}
            </th>
            <td>{formatNumber(row.items)}</td>
            {scheme.showsVisits && <td>{formatNumber(row.visits ?? 0)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RecentTable({ rows, recent, visits }: { rows: CountRow[]; recent: Range; visits: boolean }) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">Week from</th>
          <th scope="col">Items</th>
          {visits && <th scope="col">Visits</th>}
        </tr>
      </thead>
      <tbody>
        {weeksOf(recent).map((week) => {
          const tally = sum(rows, (r) => r.week === week);
          return (
            <tr key={week}>
              <th scope="row">{formatDate(week)}</th>
              <td>{formatNumber(tally.items)}</td>
              {visits && <td>{formatNumber(tally.visits)}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
