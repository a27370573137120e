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
