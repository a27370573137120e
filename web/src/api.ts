// The HTTP contract as types and addresses. Nothing here fetches.
import type { Range } from "./weeks";

export type ClassId = "managed" | "residential" | "non_residential" | "outside" | "unlocated" | "unclassified";

export interface Kind {
  id: string;
  title: string;
  family: string;
}

export interface Scheme {
  name: string;
  synthetic: boolean;
  timeZone: string;
  firstWeekday: string;
  periodWeeks: number;
  /** first day of one of the periods */
  anchor: string;
  kinds: Kind[];
  /** False for who sees some kinds only: visits would tell of the others. They are 0 then. */
  showsVisits: boolean;
  classes: { id: ClassId; title: string }[];
  weeks: { first: string; end: string } | null;
  bounds: [number, number, number, number] | null;
}

export interface SquareName {
  id: number;
  name: string;
}

export interface CountRow {
  week?: string | null;
  class?: ClassId;
  kind?: string;
  square?: SquareName | null;
  items: number;
  visits?: number;
}

export interface Counts {
  rows: CountRow[];
  total: { items: number; visits: number };
}

export interface LocationRow {
  rank: number;
  square: SquareName;
  class: ClassId;
  items: number;
  visits: number;
  share: number;
  runningShare: number;
  centre: [number, number];
}

export interface Locations {
  level: number;
  sideM: number;
  items: number;
  visits: number;
  places: number;
  rows: LocationRow[];
}

export interface Boundaries extends GeoJSON.FeatureCollection<GeoJSON.Geometry, { id: string; name: string; class: ClassId }> {
  version: number | null;
}

/** What is asked for. A list that is null means all of them; an empty one means none. */
export interface Filter {
  range: Range | null;
  kinds: string[] | null;
  classes: ClassId[] | null;
}

/** True where the filter can match nothing, so that there is nothing to ask the server. */
export function asksNothing(filter: Filter): boolean {
  return filter.kinds?.length === 0 || filter.classes?.length === 0;
}

/** The filter as query parameters, with the same names on every route and tile. */
export function filterParams(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  if (filter.range) params.set("weeks", `${filter.range.from}/${filter.range.to}`);
  if (filter.kinds) params.set("kinds", filter.kinds.join(","));
  if (filter.classes) params.set("classes", filter.classes.join(","));
  return params;
}

export function countsUrl(by: string, filter: Filter, extra: Record<string, string> = {}): string {
  return `/v1/counts?${withExtra(filter, { by, ...extra })}`;
}

export function locationsUrl(filter: Filter, extra: Record<string, string> = {}): string {
  return `/v1/locations?${withExtra(filter, extra)}`;
}

export function boundariesUrl(at: string): string {
  return `/v1/boundaries?at=${at}`;
}

/** A tile address for MapLibre; absolute, since its worker has no page to be relative to. */
export function tilesUrl(origin: string, layer: string, filter: Filter, extra: Record<string, string> = {}): string {
  const query = withExtra(filter, extra);
  return `${origin}/v1/tiles/${layer}/{z}/{x}/{y}.mvt${query && `?${query}`}`;
}

function withExtra(filter: Filter, extra: Record<string, string>): string {
  const params = filterParams(filter);
  for (const [name, value] of Object.entries(extra)) params.set(name, value);
  return params.toString();
}
