// From the rows of /v1/counts?by=week,class to every number on the page. Headline, chart, table and filters all take
// theirs from here, which is why they agree.
import type { ClassId, CountRow } from "./api";
import type { Range } from "./weeks";
import { weeksOf } from "./weeks";

export interface Tally {
  items: number;
  visits: number;
}

export interface TableRow extends Tally {
  week: string;
  /** items, one per class of the table */
  cells: number[];
}

export interface Table {
  classes: ClassId[];
  rows: TableRow[];
  total: Tally & { cells: number[] };
}

/** The sum of the rows that pass. */
export function sum(rows: CountRow[], pass: (row: CountRow) => boolean): Tally {
  const total = { items: 0, visits: 0 };
  for (const row of rows) {
    if (!pass(row)) continue;
    total.items += row.items;
    total.visits += row.visits ?? 0;
  }
  return total;
}

export function inRange(row: CountRow, range: Range): boolean {
  return row.week != null && row.week >= range.from && row.week < range.to;
}

export function inClasses(row: CountRow, classes: ClassId[] | null): boolean {
  return classes === null || (row.class !== undefined && classes.includes(row.class));
}

/** Weeks × classes, a row for every week of the range, empty ones too. */
export function tabulate(rows: CountRow[], range: Range, classes: ClassId[]): Table {
  const byWeek = new Map<string, TableRow>();
  for (const week of weeksOf(range)) byWeek.set(week, { week, cells: classes.map(() => 0), items: 0, visits: 0 });
  const total = { cells: classes.map(() => 0), items: 0, visits: 0 };
  for (const row of rows) {
    const line = byWeek.get(row.week ?? "");
    const column = classes.indexOf(row.class as ClassId);
    if (!line || column < 0) continue;
    for (const sums of [line, total]) {
      sums.cells[column] = (sums.cells[column] ?? 0) + row.items;
      sums.items += row.items;
      sums.visits += row.visits ?? 0;
    }
  }
  return { classes, rows: [...byWeek.values()], total };
}

/**
 * The classes worth a row: the four of a place always, the two that say something is missing ("unlocated",
 * "unclassified") only where they were counted or asked for.
 */
export function shownClasses(all: ClassId[], rows: CountRow[], chosen: ClassId[] | null): ClassId[] {
  const counted = new Set(rows.filter((r) => r.items > 0 || (r.visits ?? 0) > 0).map((r) => r.class));
  const always = (id: ClassId) => id !== "unlocated" && id !== "unclassified";
  return all.filter((id) => always(id) || counted.has(id) || (chosen?.includes(id) ?? false));
}
