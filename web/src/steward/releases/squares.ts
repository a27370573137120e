// The squares of a draft, as a map and a table need them. Pure.
import { cuts } from "../../map/cuts";
import type { Listed } from "../state";
import type { TrueSquare } from "./contract";

/** The public's unit: bands and the ramp of the truth are for squares of this side. */
const UNIT_M = 250;
const METRES_PER_DEGREE = 111_320;

export interface SquareProperties {
  band: number;
  items: number;
  /** items for each 250 m × 250 m */
  density: number;
}

type Squares = GeoJSON.FeatureCollection<GeoJSON.Polygon, SquareProperties>;

/** Every square as a polygon; its id is its place in the list. */
export function polygons(squares: TrueSquare[]): Squares {
  return {
    type: "FeatureCollection",
    features: squares.map((s, id) => ({
      type: "Feature",
      id,
      properties: { band: s.band, items: s.items, density: densityOf(s) },
      geometry: { type: "Polygon", coordinates: [s.ring] },
    })),
  };
}

/** The middle of every square with items, for its number. */
export function numberPoints(squares: TrueSquare[]): GeoJSON.FeatureCollection<GeoJSON.Point, { items: number }> {
  return {
    type: "FeatureCollection",
    features: squares
      .filter((s) => s.items > 0)
      .map((s) => ({ type: "Feature", properties: { items: s.items }, geometry: { type: "Point", coordinates: centreOf(s) } })),
  };
}

export function densityOf(square: TrueSquare): number {
  return square.items / (sideM(square) / UNIT_M) ** 2;
}

/** Side in metres, from the outline: 125 m times a power of two. */
export function sideM({ ring }: TrueSquare): number {
  const [[lonA, latA], [lonB, latB]] = [ring[0] ?? [0, 0], ring[1] ?? [0, 0]];
  const east = (lonB - lonA) * Math.cos((latA * Math.PI) / 180);
  const metres = Math.hypot(east, latB - latA) * METRES_PER_DEGREE;
  return 125 * 2 ** Math.max(0, Math.round(Math.log2(metres / 125)));
}

export function centreOf({ ring }: TrueSquare): [number, number] {
  const [west, south, east, north] = around(ring);
  return [(west + east) / 2, (south + north) / 2];
}

/** The box about all squares; null where there are none. */
export function boundsOf(squares: TrueSquare[]): [number, number, number, number] | null {
  return squares.length === 0 ? null : around(squares.flatMap((s) => s.ring));
}

function around(points: [number, number][]): [number, number, number, number] {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [west, south, east, north];
}

/** The least density of each step of the staff ramp: that of a square of 250 m on the staff map of as many weeks. */
export function densityCuts(weeks: number): number[] {
  return cuts(1, Math.max(1, weeks));
}

/** "under 6", "6 to under 12", … "48 or more" */
export function densityLabels(bounds: number[]): string[] {
  return bounds.map((low, i) => {
    const next = bounds[i + 1];
    if (next === undefined) return `${low} or more`;
    return i === 0 ? `under ${next}` : `${low} to under ${next}`;
  });
}

/** What a table of squares lists, those with most items first. */
export function listed(squares: TrueSquare[], which: Listed): TrueSquare[] {
  const wanted = { found: (s: TrueSquare) => s.items > 0, shown: (s: TrueSquare) => s.band > 0, hidden: (s: TrueSquare) => s.items > 0 && s.band === 0 };
  return squares.filter(wanted[which]).toSorted((a, b) => b.items - a.items || (a.square < b.square ? -1 : 1));
}

/** The square that a text names; undefined where it names none of them. */
export function squareNamed(text: string, squares: TrueSquare[]): TrueSquare | undefined {
  return squares.filter((s) => text.includes(s.square)).toSorted((a, b) => b.square.length - a.square.length)[0];
}
