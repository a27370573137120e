import { lastDay, type Range } from "./weeks";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NBSP = "\u00a0";

function parts(date: string): { weekday: string; day: number; month: string; year: number } {
  const d = new Date(`${date}T00:00:00Z`);
  return {
    weekday: DAYS[d.getUTCDay()] ?? "",
    day: d.getUTCDate(),
    month: MONTHS[d.getUTCMonth()] ?? "",
    year: d.getUTCFullYear(),
  };
}

/** "Wed 24 Apr 2019" */
export function formatDate(date: string): string {
  const p = parts(date);
  return `${p.weekday} ${p.day} ${p.month} ${p.year}`;
}

/** "Apr 2019" */
export function formatMonth(date: string): string {
  const p = parts(date);
  return `${p.month} ${p.year}`;
}

/** "week from Wed 24 Apr 2019" */
export function formatWeek(week: string): string {
  return `week from ${formatDate(week)}`;
}

/** "Wed 24 Apr 2019 to Tue 21 May 2019": both days are in it. */
export function formatRange(range: Range): string {
  return `${formatDate(range.from)} to ${formatDate(lastDay(range))}`;
}

/** A time as exactly as it is known: "Tue 17 Nov 2026, 18:12" by the clock of a zone, "Tue 17 Nov 2026" or "Nov 2026". */
export function formatMoment(text: string, timeZone: string): string {
  if (/^\d{4}-\d\d$/.test(text)) return formatMonth(`${text}-01`);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return formatDate(text);
  // Swedish writes dates as ISO 8601 does, so no word of a locale is in it.
  const local = new Date(text).toLocaleString("sv-SE", { timeZone });
  return `${formatDate(local.slice(0, 10))}, ${local.slice(11, 16)}`;
}

/** 12345 → "12,345" */
export function formatNumber(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A share for a column whose header carries the unit: 0.0312 → "3.1". */
export function formatShare(share: number): string {
  return (100 * share).toFixed(1);
}

/** For sentences: 0.094 → "9 %", with a space that does not break. */
export function formatPercent(share: number): string {
  return `${formatNumber(100 * share)}${NBSP}%`;
}

/** "1 item", "2 items" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${formatNumber(n)}${NBSP}${n === 1 ? one : many}`;
}

/** ["a","b","c"] → "a, b and c" */
export function joinWords(words: string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
