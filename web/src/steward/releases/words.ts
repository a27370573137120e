// What the page says of periods, drafts and squares.
import { formatDate, formatNumber, joinWords, plural } from "../../format";
import type { Trouble } from "../../hooks";
import type { Draft, Edition, Finding, PeriodLine, Policy, Signed, TrueSquare } from "./contract";

/** How many people must sign one and the same draft. */
export const SIGNERS = 2;

export const STATE_WORDS: Record<PeriodLine["state"], string> = {
  waiting: "Waiting",
  open: "Can be signed and sealed",
  sealed: "Sealed: the public sees it",
  withdrawn: "Withdrawn: the public sees it no more",
  "passed over": "Passed over: never released",
};

/** When a period opens, or that it did. */
export function opensWords({ state, opens }: PeriodLine): string {
  return state === "waiting" || state === "open" ? formatDate(opens) : "–";
}

export function broken(findings: Finding[] | null): Finding[] {
  return (findings ?? []).filter((f) => !f.passed);
}

/** One sentence on where a draft stands. */
export function draftSentence({ findings, signatures, ready }: Draft): string {
  const bad = broken(findings).length;
  if (bad > 0) return `${bad === 1 ? "A rule is" : `${formatNumber(bad)} rules are`} broken, so this can't be sealed.`;
  if (ready) return "No rule is broken, and two people have signed this draft: it can be sealed.";
  const signed = currentOf(signatures).length;
  if (signed === 0) return "No rule is broken. Nobody has signed this draft yet; two people must.";
  if (signed === 1) return "No rule is broken. One person has signed this draft; another must.";
  return "No rule is broken, and two people have signed this draft, but it can't be sealed yet.";
}

export function currentOf(signatures: Signed[] | null): Signed[] {
  return (signatures ?? []).filter((s) => s.current);
}

/** Why who looks can't sign; null where they can. */
export function cantSign({ findings, signatures }: Draft): string | null {
  if (broken(findings).length > 0) return "A draft that breaks a rule can't be sealed, so there is nothing to sign yet.";
  if (currentOf(signatures).some((s) => s.yours)) return "You have signed this draft. The other signature must be someone else's.";
  return null;
}

/** Why a draft can't be sealed; null where it can. */
export function cantSeal({ findings, signatures, ready }: Draft): string | null {
  if (ready) return null;
  const missing = SIGNERS - currentOf(signatures).length;
  const reasons: string[] = [];
  if (broken(findings).length > 0) reasons.push("a rule is broken");
  if (missing > 0) reasons.push(missing === 1 ? "one signature for this draft is missing" : "two signatures for this draft are missing");
  return `It can't be sealed: ${joinWords(reasons) || "the server says that it is not ready"}.`;
}

/** What went wrong, in the server's words; where it refused, its reason says it all. */
export function reasonOf({ title, detail, status }: Trouble): string {
  return status === 409 || status === 422 ? detail : `${title}. ${detail}`;
}

/** "1 thing is not as it was sealed." */
export function notAsSealed(things: number): string {
  return things === 1 ? "1\u00a0thing is not as it was sealed." : `${plural(things, "thing")} are not as they were sealed.`;
}

/** What the public map says of a square. */
export function publicWords(square: TrueSquare, { map }: Edition): string {
  if (square.band === 0) return "not shown";
  const text = map.legend?.find((b) => b.band === square.band)?.text;
  return text ?? `band ${square.band}`;
}

/** All that is known of a square, as sentences. */
export function squareSentences(square: TrueSquare, edition: Edition): string[] {
  const { items, days, most_in_a_day: most } = square;
  const found = items === 0 ? "Nothing was found here." : `${plural(items, "item")} on ${plural(days, "day")}, at most ${formatNumber(most)} in one day.`;
  if (square.band === 0) return [found, `Not shown to the public: ${withoutStop(square.why) || "no reason was given"}.`];
  return [found, `The public sees: ${publicWords(square, edition)} items for each 250\u00a0m × 250\u00a0m.`];
}

/** A text of the server as the end of a sentence of the page. */
export function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}

/** "12 of 132 squares are shown; they hold 78 % of the items." */
export function squaresSentence(squares: TrueSquare[]): string {
  const shown = squares.filter((s) => s.band > 0);
  const verb = shown.length === 1 ? "is" : "are";
  return `${formatNumber(shown.length)} of ${plural(squares.length, "square")} ${verb} shown. They hold ${formatNumber(sum(shown))} of ${plural(sum(squares), "item")}.`;
}

/** By which rule a square is shown, and whether the policy is weaker than it should be. */
export function policySentences({ min_items, min_days, max_day_percent, override }: Policy): string[] {
  const rule = `A square is shown with at least ${plural(min_items, "item")}, found on at least ${plural(min_days, "day")}, of which no day has more than ${formatNumber(max_day_percent)}\u00a0%.`;
  const weaker = (override ?? []).map((name) => name.replaceAll("_", " "));
  return weaker.length === 0 ? [rule] : [rule, `Weaker than the default, on purpose: ${joinWords(weaker)}. The public is told so.`];
}

function sum(squares: TrueSquare[]): number {
  return squares.reduce((n, s) => n + s.items, 0);
}
