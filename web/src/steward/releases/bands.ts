// The public's colours: one violet hue in three steps, told apart by lightness.
import type { Palette } from "../../map/palette";
import type { Band, Edition } from "./contract";

/** Few to many. On a dark ground the ramp runs from dark to light, as that of the staff map does. */
export const VIOLETS: Record<Palette["name"], readonly [string, string, string]> = {
  light: ["#e2d7f3", "#ab8fd9", "#6b46a9"],
  dark: ["#4c3a73", "#8b6fc4", "#dccff6"],
};

export interface Step {
  band: number;
  text: string;
  /** 0 to 2. It goes by where the band begins, so that a colour means the same in every edition, merged or not. */
  step: 0 | 1 | 2;
}

/** The legend's lines for squares that are shown, few to many. */
export function stepsOf({ map, policy }: Edition): Step[] {
  return (map.legend ?? [])
    .filter(({ band }) => band > 0)
    .toSorted((a, b) => a.from - b.from)
    .map((b) => ({ band: b.band, text: b.text, step: stepOf(b, policy.cuts) }));
}

function stepOf(band: Band, cuts: readonly [number, number]): Step["step"] {
  if (band.from < cuts[0]) return 0;
  return band.from < cuts[1] ? 1 : 2;
}

/** The legend's line for squares that are not shown. */
export function hiddenText({ map }: Edition): string {
  return map.legend?.find(({ band }) => band === 0)?.text ?? "not shown: too few, too rarely, or none";
}
