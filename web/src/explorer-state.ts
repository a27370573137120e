// What the map's page shows, as an address: the question, and whether squares are scored.
import type { Address } from "./hooks";
import type { Value } from "./plan/contract";
import { formatState, parseState, type State } from "./state";

export interface ExplorerState extends State {
  /** null: nothing is scored */
  scores: Value | null;
}

const VALUES: Value[] = ["items", "per_visit"];

export const EXPLORER_ADDRESS: Address<ExplorerState> = {
  parse(search, hash) {
    const asked = new URLSearchParams(search).get("scores");
    return { ...parseState(search, hash), scores: VALUES.find((value) => value === asked) ?? null };
  },
  format({ scores, ...state }) {
    return formatState(state, scores ? { scores } : {});
  },
};
