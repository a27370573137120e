// Fill patterns, so that classes differ in more than colour. Plain pixel loops: no canvas is needed, and a test can count.
import type { Palette } from "./palette";

export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

export const HATCH = "hatch";
export const DOTS = "dots";

/** Drawn at twice the size and shown at half, to stay sharp on dense screens. */
export const PIXEL_RATIO = 2;

type Rgba = [number, number, number, number];

/** Sparse diagonal lines, the mark of the managed area. Transparent between them; repeats without a seam. */
export function hatch(color: string): Picture {
  const period = 28;
  const [r, g, b] = rgb(color);
  return paint(period, (x, y) => {
    // Distance to the nearest line x + y = k · period, measured across the line.
    const along = (x + y + 1) % period;
    const across = Math.min(along, period - along) / Math.SQRT2;
    return [r, g, b, 150 * clamp(1.7 - across)];
  });
}

/** Sparse dots, the second mark of non-residential places. */
export function dots(color: string): Picture {
  const period = 16;
  const [r, g, b] = rgb(color);
  return paint(period, (x, y) => {
    const away = Math.hypot(x + 0.5 - period / 2, y + 0.5 - period / 2);
    return [r, g, b, 150 * clamp(2.1 - away)];
  });
}

/** The picture that a layer asks for by name, such as "hatch-dark". */
export function patternFor(name: string, palette: Palette): Picture | null {
  if (name === patternName(HATCH, palette)) return hatch(palette.ink);
  if (name === patternName(DOTS, palette)) return dots(palette.nonResidentialLine);
  return null;
}

export function patternName(pattern: string, palette: Palette): string {
  return `${pattern}-${palette.name}`;
}

function paint(size: number, color: (x: number, y: number) => Rgba): Picture {
  const data = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) data.set(color(x, y), (y * size + x) * 4);
  }
  return { width: size, height: size, data };
}

function rgb(color: string): [number, number, number] {
  const at = (i: number) => Number.parseInt(color.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

function clamp(x: number): number {
  return Math.max(0, Math.min(1, x));
}
