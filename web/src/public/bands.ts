// The colours of the three bands: one violet hue, told apart by lightness, so that they stay apart in grey. CSS has them in
// web/public/page.css.
import type { Palette } from "../map/palette";
import type { Band, Edition } from "./contract";

type Steps = readonly [string, string, string];

/** Few to many. On a dark ground the ramp runs from dark to light, as that of the staff map does. */
export const VIOLETS: Record<Palette["name"], Steps> = {
  light: ["#e2d7f3", "#ab8fd9", "#6b46a9"],
  dark: ["#4c3a73", "#8b6fc4", "#dccff6"],
};

/**
 * The step of a band, 0 to 2. It goes by where the band begins and not by its number, so that a colour means the same in every
 * edition, merged or not.
 */
export function stepOf(band: Band, cuts: readonly number[]): number {
  return cuts.filter((cut) => cut <= band.from).length;
}

/** The legend's lines for squares that are shown, few to many, with their steps. */
export function shownBands({ map, policy }: Edition): { band: number; text: string; step: number }[] {
  return map.legend
    .filter(({ band }) => band > 0)
    .toSorted((a, b) => a.from - b.from)
    .map((b) => ({ band: b.band, text: b.text, step: stepOf(b, policy.cuts) }));
}

export function bandColor(palette: Palette, step: number): string {
  return VIOLETS[palette.name][step] ?? VIOLETS[palette.name][0];
}
