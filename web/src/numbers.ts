// What the page asks of the server for one filter.
import { useMemo, useRef } from "preact/hooks";
import {
  asksNothing,
  type Boundaries,
  boundariesUrl,
  type Counts,
  countsUrl,
  type Filter,
  type Locations,
  locationsUrl,
  type Scheme,
} from "./api";
import { type Resource, useJson } from "./hooks";
import { inClasses, inRange, sum } from "./tally";
import { type View, viewOf } from "./view";
import { lastDay, type Range } from "./weeks";

const LISTED = "20";

export interface Numbers {
  /** null until the first answer */
  view: View | null;
  weekly: Resource<Counts>;
  locations: Resource<Locations>;
  kinds: Resource<Counts>;
  boundaries: Resource<Boundaries>;
  byKind: Map<string, number> | null;
  /** items of the choice with no usable place */
  unlocated: number;
}

/**
 * All weeks and classes are asked for once per choice of kinds, so that a new range or class changes headline, chart and
 * table at once and from one answer. Ranks, kinds and tiles come from the server for each filter.
 */
export function useNumbers(scheme: Scheme, filter: Filter & { range: Range }): Numbers {
  const ask = !asksNothing(filter);
  const kinds = filter.kinds?.length === 0 ? null : filter.kinds;
  const weekly = useJson<Counts>(countsUrl("week,class", { range: null, kinds, classes: null }));
  const byKind = useJson<Counts>(filter.classes?.length === 0 ? null : countsUrl("kind", { ...filter, kinds: null }));
  const locations = useJson<Locations>(ask ? locationsUrl(filter, { level: "0", limit: LISTED }) : null);
  const boundaries = useJson<Boundaries>(boundariesUrl(lastDay(filter.range)));
  const rows = useMemo(() => rowsFor(weekly.data, filter), [weekly.data, filter]);
  const newest = useMemo(() => rows && viewOf(rows, scheme, filter), [rows, scheme, filter]);
  // While an answer is awaited, or has failed, the old numbers stay with the words that belong to them.
  const view = useRef(newest);
  if (!weekly.stale || !view.current) view.current = newest;
  const unlocated = rows
    ? sum(rows, (r) => r.class === "unlocated" && inRange(r, filter.range) && inClasses(r, filter.classes)).items
    : 0;
  return {
    view: view.current,
    weekly,
    locations,
    kinds: byKind,
    boundaries,
    byKind: kindItems(byKind.data, filter),
    unlocated,
  };
}

// No kind chosen: no items, but the visits were made all the same.
function rowsFor(counts: Counts | null, filter: Filter) {
  if (!counts || filter.kinds?.length !== 0) return counts?.rows ?? null;
  return counts.rows.map((row) => ({ ...row, items: 0 }));
}

function kindItems(counts: Counts | null, filter: Filter): Map<string, number> | null {
  if (filter.classes?.length === 0) return new Map();
  return counts && new Map(counts.rows.map((row) => [row.kind ?? "", row.items]));
}
