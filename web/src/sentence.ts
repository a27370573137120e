// The sentences above the numbers. Pure, so that a test can read them aloud.
import type { Filter, Scheme } from "./api";
import { formatNumber, formatPercent, joinWords, plural } from "./format";
import type { Tally } from "./tally";

/** Below this a percentage says more than the counts can bear; the two counts are given instead. */
const FEWEST_FOR_PERCENT = 20;

/** "412 items removed in 4 weeks, down 9 % on the 4 weeks before." */
export function headline(now: Tally, before: Tally | null, weeks: number): string {
  const items = now.items === 0 ? "No items" : plural(now.items, "item");
  const span = plural(weeks, "week");
  const comparison = before ? `, ${compare(now.items, before.items, beforeWords(weeks))}` : "";
  return `${items} removed in ${span}${comparison}.`;
}

/** "the 4 weeks before" */
export function beforeWords(weeks: number): string {
  return weeks === 1 ? "the week before" : `the ${plural(weeks, "week")} before`;
}

/** "up 9 % on the 4 weeks before"; where either count is small, the earlier one instead of a percentage. */
export function compare(now: number, before: number, when: string): string {
  if (now === before) return now === 0 ? `and none in ${when}` : `as many as in ${when}`;
  if (before === 0) return `none in ${when}`;
  if (Math.min(now, before) < FEWEST_FOR_PERCENT) return `${formatNumber(before)} in ${when}`;
  const change = (now - before) / before;
  if (Math.round(100 * Math.abs(change)) === 0) return `about as many as in ${when}`;
  return `${change > 0 ? "up" : "down"} ${formatPercent(Math.abs(change))} on ${when}`;
}

/**
 * True where chance alone would often make such a difference. Two Poisson counts a and b differ by less than 2√(a+b)
 * 19 times in 20. Finds come in clusters and so vary more than that: what this calls chance may well be, what it does
 * not is no proof of anything, and the page makes no statement then.
 */
export function couldBeChance(now: number, before: number): boolean {
  return now !== before && Math.abs(now - before) < 2 * Math.sqrt(now + before);
}

/** Effort beside the finds: without it, more items cannot be told from more visits. */
export function visitsSentence(now: Tally, before: Tally | null, weeks: number): string {
  const visits = plural(now.visits, "visit");
  return before ? `${visits}, ${formatNumber(before.visits)} in ${beforeWords(weeks)}.` : `${visits}.`;
}

/** "Needles only, in Residential and Managed area." */
export function filterSentence(filter: Filter, scheme: Scheme): string {
  const titles = (ids: string[], all: { id: string; title: string }[]) =>
    joinWords(all.filter((a) => ids.includes(a.id)).map((a) => a.title));
  const kinds = filter.kinds ? `${titles(filter.kinds, scheme.kinds)} only` : "All kinds";
  const classes = filter.classes ? `in: ${titles(filter.classes, scheme.classes)}` : "all places";
  return `${filter.kinds?.length === 0 ? "No kinds" : kinds}, ${filter.classes?.length === 0 ? "no places" : classes}.`;
}

/** What is counted but not on the map, and what is neither: so that the sums explain themselves. */
export function remainders(counts: { unlocated: number; unclassified: number; undated: number }): string[] {
  const { unlocated, unclassified, undated } = counts;
  const have = (n: number) => (n === 1 ? "has" : "have");
  const notes: string[] = [];
  if (unlocated > 0) notes.push(`${plural(unlocated, "item")} of these ${have(unlocated)} no usable place: counted, but not on the map.`);
  if (unclassified > 0) notes.push(`${plural(unclassified, "item")} of these: no boundary was in force, so no class.`);
  if (undated > 0) notes.push(`Not counted: ${plural(undated, "item")} known only by the month, so in no week.`);
  return notes;
}
