// The files of an edition as types: data/release has the words for each. Nothing here fetches.

export type PlaceClass = "managed" | "residential" | "non_residential" | "outside";

/** A half-open span of days, and the first days of its weeks. */
export interface Period {
  from: string;
  to: string;
  weeks: string[];
}

/** A number as it is published: the one behind it is from at_least to at_most, both included. */
export interface Figure {
  items: string;
  at_least: number;
  at_most: number;
}

export interface Row extends Figure {
  week: string;
  class: string;
  family: string;
}

export interface Total extends Figure {
  family: string;
}

export interface Titled {
  id: string;
  title: string;
}

/** A line of the legend, in items for each 250 m × 250 m; band 0 is for squares not shown. `below` is 0 for no end. */
export interface Band {
  band: number;
  text: string;
  from: number;
  below: number;
}

export interface Edition {
  place: string;
  synthetic: boolean;
  period: Period;
  map: { why_none: string; legend: Band[] };
  tables: { classes: Titled[]; families: Titled[]; rows: Row[]; totals: Total[] };
  policy: { cuts: [number, number]; min_items: number; min_days: number; table_min: number; table_step: number; total_step: number };
}

export type Square = GeoJSON.Feature<GeoJSON.Polygon, { square: string; band: number }>;
export type Squares = GeoJSON.FeatureCollection<GeoJSON.Polygon, Square["properties"]>;
export type Boundary = GeoJSON.FeatureCollection<GeoJSON.Geometry, { id: string; name: string; class: string }>;

/** An edition with its files. `squares` is null where it has no map. */
export interface Loaded {
  /** address of its folder, with a slash at the end */
  folder: string;
  edition: Edition;
  squares: Squares | null;
  boundary: Boundary;
}

export interface Listed {
  number: number;
  from: string;
  to: string;
  folder: string;
  withdrawn: boolean;
}

/** All editions, the latest first, withdrawn ones too. */
export interface Index {
  editions: Listed[];
}

/** Longitude and latitude. */
export type LonLat = [number, number];

/** What a family counts, in a sentence. */
export function familyTitle(edition: Edition, id: string): string {
  return edition.tables.families.find((f) => f.id === id)?.title ?? id;
}

/** Whether a band says how much, and not only that a square is shown: one that all others were merged into has no bounds. */
export function isBounded({ from, below }: Band): boolean {
  return from > 0 || below > 0;
}

/** The line of the legend for a band; undefined where it has none. */
export function bandOf(edition: Edition, band: number): Band | undefined {
  return edition.map.legend.find((b) => b.band === band);
}
