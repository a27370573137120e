// The public's legend as a steward sees it beside the truth.
import type { Band, Edition } from "./contract";

export { VIOLETS } from "../../public/bands";

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
