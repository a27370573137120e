// What the map's page shows, as an address: the question, and whether squares are scored.
import type { Address } from "./hooks";
import type { Value } from "./plan/contract";
import { formatState, parseState, type State } from "./state";
import { addDays, countWeeks, type Range } from "./weeks";

export interface ExplorerState extends State {
  /** null: nothing is scored */
  scores: Value | null;
  /** the period that stands beside; null: none */
  beside: Beside | null;
}

/** As many weeks just before, or the same weeks a year before. */
export type Beside = "before" | "year";

const VALUES: Value[] = ["items", "per_visit"];
const BESIDE: Beside[] = ["before", "year"];

/** After so many weeks the same weeks of a year come again, near enough. */
const YEAR_WEEKS = 52;

/** The weeks that stand beside a range; null where there are no records of all of them. */
export function besideRange(beside: Beside | null, range: Range, span: Range): Range | null {
  if (beside === null) return null;
  const back = -7 * (beside === "year" ? YEAR_WEEKS : countWeeks(range));
  const from = addDays(range.from, back);
  return from < span.from ? null : { from, to: addDays(range.to, back) };
}

export const EXPLORER_ADDRESS: Address<ExplorerState> = {
  parse(search, hash) {
    const query = new URLSearchParams(search);
    return {
      ...parseState(search, hash),
      scores: VALUES.find((value) => value === query.get("scores")) ?? null,
      beside: BESIDE.find((id) => id === query.get("beside")) ?? null,
    };
  },
  format({ scores, beside, ...state }) {
    return formatState(state, { ...(scores && { scores }), ...(beside && { beside }) });
  },
};
