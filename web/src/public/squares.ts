// The square that a place lies in.
import type { LonLat, Square, Squares } from "./contract";
import { covers } from "./place";

// About 5 cm. The side of a large square is a straight line here, which parts from the corners of small ones beside it by less.
const NEAR = 5e-7;

/**
 * The square of the map that a place lies in; null off the map. Squares are half open as the grid has them: on a common side
 * the one to the north or east.
 */
export function squareAt(squares: Squares, [lon, lat]: LonLat): Square | null {
  const at = (dx: number, dy: number) => squares.features.find((s) => covers(s.geometry, [lon + dx, lat + dy])) ?? null;
  const here = squares.features.filter((s) => covers(s.geometry, [lon, lat]));
  if (here.length === 1) return here[0] ?? null;
  return at(NEAR, NEAR) ?? here[0] ?? at(NEAR, -NEAR) ?? at(-NEAR, NEAR) ?? at(-NEAR, -NEAR);
}

/** The side that a square's name ends with, such as "500 m"; "" where it says none. */
export function sideOf(name: string): string {
  const metres = /· (\d+) m$/.exec(name)?.[1];
  return metres ? `${metres}\u00a0m` : "";
}

/** A square's name without its side. */
export function cornerOf(name: string): string {
  return name.replace(/ · \d+ m$/, "");
}

/** West, south, east and north of everything drawn; null of nothing. */
export function boundsOf(...drawn: GeoJSON.FeatureCollection[]): [number, number, number, number] | null {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return;
    if (typeof coordinates[0] !== "number") return coordinates.forEach(visit);
    const [lon, lat] = coordinates as LonLat;
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat);
  };
  for (const { features } of drawn) for (const { geometry } of features) if ("coordinates" in geometry) visit(geometry.coordinates);
  return Number.isFinite(bounds[0]) ? bounds : null;
}
