// The numbers of one picked square, in parts that arrive apart.
import { asksNothing, type Counts, countsUrl, type Filter, type Locations, locationsUrl } from "./api";
import { type Resource, useJson } from "./hooks";
import type { State } from "./state";
import { addDays, type Range } from "./weeks";

export interface SquareNumbers {
  byKind: Resource<Counts>;
  byClass: Resource<Counts>;
  byWeek: Resource<Counts>;
  recent: Range;
  name: string | null;
  centre: [number, number] | null;
  /** squares of the ranked list that lie in it */
  inside: Set<number>;
}

const RECENT_WEEKS = 8;

export function useSquare(square: State["square"], filter: Filter & { range: Range }, span: Range): SquareNumbers {
  const ask = square !== null && !asksNothing(filter);
  const id = String(square?.id);
  const level = String(square?.level ?? 0);
  const recent = recentWeeks(filter.range, span);
  const byKind = useJson<Counts>(ask ? countsUrl("kind", filter, { square: id }) : null);
  const byClass = useJson<Counts>(ask ? countsUrl("square,class", filter, { square: id, level }) : null);
  const byWeek = useJson<Counts>(ask ? countsUrl("week", { ...filter, range: recent }, { square: id }) : null);
  const self = useJson<Locations>(ask ? locationsUrl(filter, { square: id, level, limit: "6" }) : null);
  const parts = useJson<Locations>(ask && square.level > 0 ? locationsUrl(filter, { square: id, level: "0", limit: "100" }) : null);
  const row = self.stale ? undefined : self.data?.rows[0];
  const within = parts.stale ? [] : (parts.data?.rows ?? []);
  return {
    byKind,
    byClass,
    byWeek,
    recent,
    name: (byClass.stale ? null : byClass.data?.rows[0]?.square?.name) ?? row?.square.name ?? null,
    centre: row?.centre ?? null,
    inside: new Set(square?.level === 0 ? [square.id] : within.map((r) => r.square.id)),
  };
}

/** The weeks up to the end of the range, as far back as there are records. */
function recentWeeks(range: Range, span: Range): Range {
  const from = addDays(range.to, -7 * RECENT_WEEKS);
  return { from: from < span.from ? span.from : from, to: range.to };
}
