// Is it getting better? Only as far as published figures can tell.
import type { Edition, Index, Listed, Total } from "./contract";
import { addDays } from "../weeks";
import { lengthWords } from "./words";

/** Of the items now against those of then. */
export type Comparison = "more" | "fewer" | "alike";

/** Weeks that make a year, so that the same weekdays are compared. */
const YEAR_DAYS = 364;

/** The editions that the one from a day is compared with, where they were released and stand. */
export function comparable(index: Index, from: string): { before: Listed | null; yearBefore: Listed | null } {
  const standing = index.editions.filter((e) => !e.withdrawn);
  return {
    before: standing.find((e) => e.to === from) ?? null,
    yearBefore: standing.find((e) => e.from === addDays(from, -YEAR_DAYS)) ?? null,
  };
}

/**
 * Compares all families together. "alike" where what the figures leave open overlaps; null where one of the two has not a
 * total for each family, or where they are of unlike length or families.
 */
export function compare(now: Edition, then: Edition): Comparison | null {
  const [a, b] = [span(now), span(then)];
  if (!a || !b || now.period.weeks.length !== then.period.weeks.length || families(now) !== families(then)) return null;
  if (a.least > b.most) return "more";
  return a.most < b.least ? "fewer" : "alike";
}

/** One or two sentences on the period before and on the same weeks a year before. */
export function trendWords(now: Edition, before: Edition | null, yearBefore: Edition | null): string {
  const sentences = [
    before && sentence(compare(now, before), `the ${lengthWords(now.period)} before`),
    yearBefore && sentence(compare(now, yearBefore), "the same weeks a year before"),
  ].filter((s) => s !== null);
  if (sentences.length === 0) return "There is no edition of the weeks before, or of a year before, to compare this one with.";
  return [...sentences, "More removed may mean more litter or more clearing: the release does not tell these apart."].join(" ");
}

function sentence(comparison: Comparison | null, then: string): string {
  if (comparison === "more") return `More items were removed than in ${then}.`;
  if (comparison === "fewer") return `Fewer items were removed than in ${then}.`;
  if (comparison === "alike") return `Against ${then}, about the same: the figures are too coarse to say.`;
  return `Against ${then}, nothing can be said: the totals are not both released.`;
}

function span({ tables }: Edition): { least: number; most: number } | null {
  const totals = tables.families.map((f) => tables.totals.find((t) => t.family === f.id));
  if (totals.length === 0 || !totals.every((t) => t !== undefined)) return null;
  const sum = (of: (t: Total) => number) => totals.reduce((n, t) => n + of(t), 0);
  return { least: sum((t) => t.at_least), most: sum((t) => (t.at_most < 0 ? Infinity : t.at_most)) };
}

function families({ tables }: Edition): string {
  return tables.families.map((f) => f.id).toSorted().join();
}
