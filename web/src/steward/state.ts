// What the page of stewards shows, as an address.
import type { Address } from "../hooks";
import { formatState, parseState, type Position, type State } from "../state";

/** Squares that the table of a draft lists. */
export type Listed = "found" | "shown" | "hidden";

export interface StewardState {
  part: "care" | "releases" | "returns";
  /** first day of the period that is looked at; null: the list of periods */
  period: string | null;
  /** name of the picked square */
  square: string | null;
  listed: Listed;
  position: Position | null;
}

const PLAIN: State = { range: null, kinds: null, classes: null, square: null, position: null };
const PARTS: StewardState["part"][] = ["care", "releases", "returns"];
const LISTS: Listed[] = ["found", "shown", "hidden"];

export const STEWARD_ADDRESS: Address<StewardState> = {
  parse(search, hash) {
    const query = new URLSearchParams(search);
    const period = query.get("period");
    return {
      part: PARTS.find((part) => part === query.get("part")) ?? "care",
      period: period && /^\d{4}-\d\d-\d\d$/.test(period) ? period : null,
      square: query.get("square"),
      listed: LISTS.find((id) => id === query.get("squares")) ?? "found",
      position: parseState("", hash).position,
    };
  },
  format({ part, period, square, listed, position }) {
    if (part === "care") return "";
    const more: Record<string, string> = { part };
    if (period) more["period"] = period;
    if (period && square) more["square"] = square;
    if (period && listed !== "found") more["squares"] = listed;
    return formatState({ ...PLAIN, position: period ? position : null }, more);
  },
};

/** How the address changes where another period, or none, is looked at. */
export function lookAt(period: string | null): Partial<StewardState> {
  return { part: "releases", period, square: null, listed: "found", position: null };
}
