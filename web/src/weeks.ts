// Weeks of the scheme as plain dates ("2025-01-01"): the server has settled zone and first day, so here a date is just a
// date, and all arithmetic is in UTC to keep clock changes out.

const DAY_MS = 86_400_000;

/** Half open: `to` is the day after the last day. */
export interface Range {
  from: string;
  to: string;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from a to b; negative where b is earlier. NaN where one of them is no date. */
export function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / DAY_MS);
}

export function countWeeks(range: Range): number {
  return daysBetween(range.from, range.to) / 7;
}

/** The first days of the weeks in the range. */
export function weeksOf(range: Range): string[] {
  return Array.from({ length: countWeeks(range) }, (_, i) => addDays(range.from, 7 * i));
}

export function lastDay(range: Range): string {
  return addDays(range.to, -1);
}

/** The last n weeks of the span, fewer where it is shorter. */
export function lastWeeks(span: Range, n: number): Range {
  return { from: addDays(span.to, -7 * Math.min(n, countWeeks(span))), to: span.to };
}

/** The range of equal length just before, or null where the span does not hold all of it. */
export function rangeBefore(range: Range, span: Range): Range | null {
  const from = addDays(range.from, -7 * countWeeks(range));
  return from < span.from ? null : { from, to: range.from };
}

/** The range from week index a to week index b of the span, both included, in either order. */
export function rangeOfIndices(span: Range, a: number, b: number): Range {
  const last = countWeeks(span) - 1;
  const clamp = (i: number) => Math.max(0, Math.min(last, i));
  const low = clamp(Math.min(a, b));
  const high = clamp(Math.max(a, b));
  return { from: addDays(span.from, 7 * low), to: addDays(span.from, 7 * (high + 1)) };
}

/** Index of the week that starts on this day, counted from the start of the span. */
export function weekIndex(span: Range, week: string): number {
  return daysBetween(span.from, week) / 7;
}

/** The range cut to whole weeks within the span, or null where nothing sensible is left. */
export function fitRange(range: Range, span: Range): Range | null {
  const first = weekIndex(span, range.from);
  const end = weekIndex(span, range.to);
  if (!Number.isInteger(first) || !Number.isInteger(end)) return null;
  const from = Math.max(0, first);
  const to = Math.min(countWeeks(span), end);
  return from < to ? rangeOfIndices(span, from, to - 1) : null;
}

export function sameRange(a: Range, b: Range): boolean {
  return a.from === b.from && a.to === b.to;
}
