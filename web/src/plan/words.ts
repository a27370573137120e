// Scores and places as words.
import { formatNumber } from "../format";
import type { HotRow, Place, Scored } from "./contract";

const CATEGORIES: Record<string, string> = {
  new: "new",
  consecutive: "several weeks running",
  intensifying: "growing stronger",
  persistent: "persistent",
  diminishing: "growing weaker",
  sporadic: "on and off",
  oscillating: "swinging between more and less",
  historical: "in the past",
};

const TRENDS: Record<string, string> = { rising: "items rising", falling: "items falling", none: "no trend" };

/** How sure it is that chance alone does not put so much there: by q, the p after correction. */
export function scoreWords(q: number | null): string {
  if (q === null || q >= 0.05) return "no more than chance";
  if (q < 0.001) return "very clear";
  return q < 0.01 ? "clear" : "likely";
}

/** A category of a place over the weeks, as words. */
export function patternWords(category: string): string {
  return CATEGORIES[category] ?? "no pattern over the weeks";
}

/** "Very clear · persistent · no trend" */
export function markWords(row: HotRow): string {
  const score = scoreWords(row.q);
  const category = patternWords(row.category);
  const trend = TRENDS[row.trend?.direction ?? ""] ?? "too few weeks for a trend";
  return `${score.charAt(0).toUpperCase()}${score.slice(1)} · ${category} · ${trend}`;
}

/** How it was worked out, as sentences. */
export function methodSentences(scored: Scored): string[] {
  const of = scored.domain === "visited" ? "squares that were visited" : "squares of the areas";
  const sentences = [`${scored.method}.`, `Over ${formatNumber(scored.squares)} ${of}.`];
  if (scored.p && scored.correction) sentences.push(`The p-values are ${scored.p}, of both sides, corrected for many squares after ${scored.correction}.`);
  if (scored.draws && scored.seed != null) sentences.push(`${formatNumber(scored.draws)} draws with seed ${scored.seed}.`);
  if (scored.note) sentences.push(scored.note);
  return sentences;
}

/** "53.79512, −1.55012": latitude first, as maps print it. Five decimals are about a metre. */
export function placeWords([lon, lat]: Place): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`.replaceAll("-", "−");
}

/** Latitude and longitude as typed, or null. */
export function readPlace(text: string): Place | null {
  const match = /^\s*([-−]?\d+(?:\.\d+)?)[\s,;]+([-−]?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (!match) return null;
  const [lat = 0, lon = 0] = match.slice(1).map((part) => Number(part.replace("−", "-")));
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? [lon, lat] : null;
}

/** 3.24 → "3.2" */
export function tenths(n: number): string {
  return n.toFixed(1);
}
