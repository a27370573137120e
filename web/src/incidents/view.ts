// One pure step from the counts by week and class to what the page says. Harm and nuisance go through it side by side.
import type { ClassId, Scheme } from "../api";
import { formatNumber, formatRange, joinWords, plural } from "../format";
import { beforeWords, compare, couldBeChance } from "../sentence";
import { inClasses, inRange, shownClasses, sum, tabulate, type Table } from "../tally";
import { addDays, countWeeks, rangeBefore, type Range } from "../weeks";
import { CATEGORIES, type Category, type IncidentCount, type IncidentFilter } from "./contract";
import { shownCategories } from "./state";

/** One category of the page. */
export interface Side {
  id: Category;
  title: string;
  reports: number;
  /** what the same number of weeks before held; "" where there are none */
  before: string;
  allWeeks: Table;
  theseWeeks: Table;
}

export interface IncidentView {
  headline: string;
  period: string;
  filter: string;
  notes: string[];
  sides: Side[];
  /** reports by class and category in the range, whether chosen or not */
  byClass: { id: ClassId; reports: Record<Category, number> }[];
  /** the most of one week of one category, so that both charts have one scale */
  most: number;
}

/**
 * The weeks from the first with a report to the last, as a range; null where there is none. Weeks that have pickups alone
 * are not in it: their reports may still have to come, and none would look like fewer.
 */
export function incidentSpan(rows: IncidentCount[]): Range | null {
  const weeks = rows.flatMap((row) => (row.week ? [row.week] : [])).toSorted();
  const [from] = weeks;
  const last = weeks.at(-1);
  return from && last ? { from, to: addDays(last, 7) } : null;
}

/** The rows of one category, in the words of the tables that count anything. */
export function rowsOf(rows: IncidentCount[], category: Category) {
  return rows.filter((row) => row.category === category).map((row) => ({ ...row, items: row.incidents }));
}

export function incidentViewOf(rows: IncidentCount[], scheme: Scheme, filter: IncidentFilter & { range: Range }, span: Range): IncidentView {
  const ids = scheme.classes.map((c) => c.id);
  const counted = rows.map((row) => ({ ...row, items: row.incidents }));
  const listed = shownClasses(ids, counted, filter.classes);
  const columns = listed.filter((id) => filter.classes?.includes(id) ?? true);
  const sides = shownCategories(filter.categories).map((id) => sideOf(id, rowsOf(rows, id), { filter, span, columns }));
  const reports = (id: ClassId, category: Category) =>
    sum(rowsOf(rows, category), (r) => inRange(r, filter.range) && r.class === id).items;
  return {
    headline: incidentHeadline(sides, countWeeks(filter.range)),
    period: formatRange(filter.range),
    filter: classSentence(filter.classes, scheme),
    notes: notes(rows, filter, sides),
    sides,
    byClass: listed.map((id) => ({ id, reports: { harm: reports(id, "harm"), nuisance: reports(id, "nuisance") } })),
    most: Math.max(0, ...sides.flatMap((side) => side.allWeeks.rows.map((row) => row.items))),
  };
}

interface Asked {
  filter: IncidentFilter & { range: Range };
  span: Range;
  columns: ClassId[];
}

function sideOf(id: Category, rows: ReturnType<typeof rowsOf>, { filter, span, columns }: Asked): Side {
  const theseWeeks = tabulate(rows, filter.range, columns);
  const earlier = rangeBefore(filter.range, span);
  const reports = theseWeeks.total.items;
  const title = CATEGORIES.find((c) => c.id === id)?.title ?? id;
  const before = earlier && sum(rows, (r) => inRange(r, earlier) && inClasses(r, filter.classes)).items;
  return {
    id,
    title,
    reports,
    before: before === null ? "" : beforeSentence(title, reports, before, countWeeks(filter.range)),
    allWeeks: tabulate(rows, span, columns),
    theseWeeks,
  };
}

function beforeSentence(title: string, now: number, before: number, weeks: number): string {
  const chance = couldBeChance(now, before) ? " A difference this small can be chance alone." : "";
  return `${title}: ${compare(now, before, beforeWords(weeks))}.${chance}`;
}

/** "3 reports of harm and 65 of nuisance in 4 weeks." */
export function incidentHeadline(sides: Pick<Side, "id" | "reports">[], weeks: number): string {
  if (sides.length === 0) return "No category is chosen.";
  const parts = sides.map(({ id, reports }, i) => {
    const n = reports === 0 ? (i === 0 ? "No" : "none") : formatNumber(reports);
    const noun = i === 0 ? `\u00a0${reports === 1 ? "report" : "reports"}` : "";
    return `${n}${noun} of ${id}`;
  });
  return `${joinWords(parts)} in ${plural(weeks, "week")}.`;
}

function classSentence(classes: ClassId[] | null, scheme: Scheme): string {
  if (!classes) return "All places.";
  if (classes.length === 0) return "No places.";
  return `In: ${joinWords(scheme.classes.filter((c) => classes.includes(c.id)).map((c) => c.title))}.`;
}

// Each category by itself, as everywhere.
function notes(rows: IncidentCount[], filter: IncidentFilter & { range: Range }, sides: Side[]): string[] {
  return sides.flatMap(({ id, title, theseWeeks }) => {
    const unlocated = theseWeeks.total.cells[theseWeeks.classes.indexOf("unlocated")] ?? 0;
    const undated = sum(rowsOf(rows, id), (r) => r.week === null && inClasses(r, filter.classes)).items;
    const said: string[] = [];
    if (unlocated > 0) said.push(`${title}: ${plural(unlocated, "report")} with no usable place, counted but not on a map.`);
    if (undated > 0) said.push(`${title}: not counted, ${plural(undated, "report")} known only by the month.`);
    return said;
  });
}

/** Outcomes × categories, the most frequent first; still open last. */
export function outcomeRows(rows: IncidentCount[], sides: Category[]): { outcome: string; reports: number[] }[] {
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const column = sides.indexOf(row.category);
    if (column < 0) continue;
    const cells = found.get(row.outcome ?? "") ?? sides.map(() => 0);
    cells[column] = (cells[column] ?? 0) + row.incidents;
    found.set(row.outcome ?? "", cells);
  }
  const rank = (cells: number[]) => Math.max(...cells);
  return [...found]
    .map(([outcome, reports]) => ({ outcome, reports }))
    .toSorted((a, b) => Number(a.outcome === "") - Number(b.outcome === "") || rank(b.reports) - rank(a.reports) || a.outcome.localeCompare(b.outcome));
}

/** "attended_nothing_found" → "Attended nothing found"; the scheme's own titles are not in the API. */
export function outcomeTitle(outcome: string): string {
  if (outcome === "") return "No outcome yet";
  const words = outcome.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Which of five shades a cell has, 0 for none: its share of the most in the table, but a single report is never dark. */
export function shade(n: number, most: number): number {
  return Math.ceil((5 * n) / Math.max(5, most));
}
