// Colour by quantity.
import type { ExpressionSpecification } from "maplibre-gl";
import { cuts, LEVELS } from "./cuts";
import type { Palette } from "./palette";

/** What a ramp counts: a number of a square, and the least number of each step at 125 m over four weeks. */
export interface Quantity {
  property: string;
  base: readonly number[];
}

/** Colour by a quantity, with the cuts of the feature's own level: tiles of two levels may be on screen while zooming. */
export function rampColor(ramp: Palette["ramp"], weeks: number, { property, base }: Quantity): ExpressionSpecification {
  const steps = (level: number) => stepColor(ramp, property, cuts(level, weeks, base));
  const byLevel: unknown[] = ["match", ["get", "level"]];
  for (let level = 1; level < LEVELS; level++) byLevel.push(level, steps(level));
  byLevel.push(steps(0));
  return byLevel as ExpressionSpecification;
}

function stepColor(ramp: Palette["ramp"], property: string, bounds: number[]): ExpressionSpecification {
  const step: unknown[] = ["step", ["get", property], ramp[0]];
  bounds.slice(1).forEach((bound, i) => step.push(bound, ramp[i + 1]));
  return step as ExpressionSpecification;
}
