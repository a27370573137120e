// What the page of incidents shows, as an address.
import type { Scheme } from "../api";
import type { Address } from "../hooks";
import { DEFAULT_WEEKS, formatState, knownIds, parseList, parseState, type State } from "../state";
import { fitRange, lastWeeks, type Range } from "../weeks";
import { CATEGORIES, type Category, type IncidentFilter } from "./contract";

export interface IncidentState extends Omit<State, "kinds"> {
  /** null: both, apart */
  categories: Category[] | null;
  /** the one that the map draws */
  drawn: Category;
}

const DRAWN_FIRST: Category = "nuisance";

export const INCIDENT_ADDRESS: Address<IncidentState> = {
  parse(search, hash) {
    const { kinds: _, ...common } = parseState(search, hash);
    const query = new URLSearchParams(search);
    const ids = CATEGORIES.map((c) => c.id);
    const drawn = ids.find((id) => id === query.get("drawn")) ?? DRAWN_FIRST;
    return { ...common, categories: knownIds(parseList(query.get("categories")) as Category[] | null, ids), drawn };
  },
  format({ categories, drawn, ...common }) {
    const more: Record<string, string> = {};
    if (categories) more["categories"] = categories.join(",");
    if (drawn !== DRAWN_FIRST) more["drawn"] = drawn;
    return formatState({ ...common, kinds: null }, more);
  },
};

/** The state as a filter: unknown ids dropped, weeks cut to those that have records. */
export function incidentFilterOf(state: IncidentState, scheme: Scheme, span: Range): IncidentFilter & { range: Range } {
  return {
    range: (state.range && fitRange(state.range, span)) ?? lastWeeks(span, DEFAULT_WEEKS),
    categories: state.categories,
    classes: knownIds(state.classes, scheme.classes.map((c) => c.id)),
    square: state.square?.id ?? null,
  };
}

/** The categories that are shown, in their order. */
export function shownCategories(categories: Category[] | null): Category[] {
  return CATEGORIES.map((c) => c.id).filter((id) => categories?.includes(id) ?? true);
}

/** The category that the map draws: the one asked for, where it is shown. */
export function drawnOf({ categories, drawn }: Pick<IncidentState, "categories" | "drawn">): Category | null {
  const shown = shownCategories(categories);
  return shown.includes(drawn) ? drawn : (shown[0] ?? null);
}
