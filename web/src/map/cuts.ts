// The steps of the colour ramp. A colour must mean the same next week as this week, so the cuts depend only on how big a
// square is and how many weeks are summed, never on the data.

/** Least number of items in each of the five steps, for a 125 m square over four weeks. */
export const ITEM_CUTS: readonly number[] = [1, 3, 6, 12, 24];

/** The same of reports, of which there are far fewer. */
export const REPORT_CUTS: readonly number[] = [1, 2, 3, 4, 6];

const BASE_WEEKS = 4;

/** Levels of the grid: 125 m × 2^level. */
export const LEVELS = 14;

/** Side of a square in metres. */
export function sideM(level: number): number {
  return 125 * 2 ** level;
}

/**
 * Least number in each of the five steps. In proportion to the weeks, and to the side of the square rather than
 * its area: litter lies along streets, and a square twice as wide holds about twice the length of street where anything is
 * found. By area a wide square would always be pale. The first step is one, the others are rounded to two digits and
 * at least one apart. The legend prints exactly these numbers.
 */
export function cuts(level: number, weeks: number, bases: readonly number[] = ITEM_CUTS): number[] {
  const result: number[] = [];
  for (const base of bases) {
    const previous = result[result.length - 1];
    if (previous === undefined) result.push(1);
    else result.push(Math.max(previous + 1, twoDigits((base * 2 ** level * weeks) / BASE_WEEKS)));
  }
  return result;
}

function twoDigits(n: number): number {
  return Math.round(Number(n.toPrecision(2)));
}

/** "1–2", "3–5", … "24 or more" */
export function cutLabels(bounds: number[]): string[] {
  const text = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  return bounds.map((low, i) => {
    const next = bounds[i + 1];
    if (next === undefined) return `${text(low)} or more`;
    return next - low === 1 ? text(low) : `${text(low)}–${text(next - 1)}`;
  });
}
