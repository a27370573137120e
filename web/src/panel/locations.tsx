import type { LocationRow, Locations, Scheme } from "../api";
import { formatNumber, formatShare, plural } from "../format";
import { ClassMark } from "../marks";

interface Props {
  scheme: Scheme;
  locations: Locations | null;
  stale: boolean;
  /** ids of the squares to mark */
  marked: Set<number>;
  /** items with no usable place under the same filter, part of the rest */
  unlocated: number;
  /** period and filter in words */
  asked: string;
  onPick(row: LocationRow): void;
}

/** The places in order of what was removed there. The way to the map's squares by keyboard. */
export function LocationList({ scheme, locations, stale, marked, unlocated, asked, onPick }: Props) {
  return (
    <section class={stale ? "locations is-stale" : "locations"} aria-labelledby="locations-title">
      <h2 id="locations-title">Ranked places</h2>
      {locations && <p class="quiet">{introduction(locations)}</p>}
      {locations && locations.rows.length > 0 && (
        <table class="numbers ranked">
          <caption class="unseen">
            Places ranked by items removed, {asked}
          </caption>
          <Head />
          <tbody>
            {locations.rows.map((row) => (
              <Row key={`${row.square.id} ${row.class}`} {...{ scheme, row, onPick }} marked={marked.has(row.square.id)} />
            ))}
          </tbody>
        </table>
      )}
      {locations && <p class="quiet">{remainder(locations, unlocated)}</p>}
    </section>
  );
}

function introduction(l: Locations): string {
  if (l.rows.length === 0) return "No place has items in this choice.";
  return `A place here is a square of ${l.sideM} m and its class. Shares are of all items in this choice.`;
}

/** What the list leaves out, so that list and headline add up. */
function remainder(l: Locations, unlocated: number): string {
  const listed = l.rows.reduce((n, row) => n + row.items, 0);
  const rest = l.items - listed;
  if (rest <= 0) return "";
  const places = l.places - l.rows.length;
  const parts = [];
  if (places > 0) parts.push(plural(places, "more place"));
  if (unlocated > 0) parts.push(`${plural(unlocated, "item")} with no usable place`);
  return `Not listed: ${plural(rest, "item")}${parts.length > 0 ? ` (${parts.join("; ")})` : ""}.`;
}

function Head() {
  return (
    <thead>
      <tr>
        <th scope="col">
          <span class="unseen">Rank</span>
          <span aria-hidden="true">#</span>
        </th>
        <th scope="col" class="words">
          Place
        </th>
        <th scope="col">Items</th>
        <th scope="col">Share, %</th>
        <th scope="col">Sum of shares, %</th>
      </tr>
    </thead>
  );
}

interface RowProps {
  scheme: Scheme;
  row: LocationRow;
  marked: boolean;
  onPick(row: LocationRow): void;
}

function Row({ scheme, row, marked, onPick }: RowProps) {
  const title = scheme.classes.find((c) => c.id === row.class)?.title ?? row.class;
  return (
    <tr class={marked ? "marked" : ""} aria-current={marked ? "true" : undefined}>
      <td>{row.rank}</td>
      <th scope="row">
        <button type="button" class="place" data-square={row.square.id} onClick={() => onPick(row)}>
          <ClassMark id={row.class} />
          <span>
            {shortName(row.square.name)}
            <span class="unseen">, {title}, show on the map</span>
          </span>
        </button>
      </th>
      <td>{formatNumber(row.items)}</td>
      <td>{formatShare(row.share)}</td>
      <td>{formatShare(row.runningShare)}</td>
    </tr>
  );
}

/** The side is said once above the list; in a narrow column it need not stand in each row. */
export function shortName(name: string): string {
  return name.replace(/ · \d[\d,]* m$/, "").replace(/\b([NESW]) (?=\d)/g, "$1\u00a0");
}
