// Where the bars go: numbers in, rectangles out.
import type { ClassId } from "../api";
import { formatMonth } from "../format";
import type { Table } from "../tally";

export interface Segment {
  class: ClassId;
  y: number;
  height: number;
}

export interface Bar {
  week: string;
  x: number;
  width: number;
  top: number;
  segments: Segment[];
}

export interface Tick {
  at: number;
  label: string;
}

export interface Layout {
  bars: Bar[];
  /** width of one week, gap included */
  step: number;
  left: number;
  top: number;
  bottom: number;
  yTicks: Tick[];
  xTicks: Tick[];
}

export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** what the scale must hold, where several charts share one; default: the most of this chart */
  most?: number;
}

/** Bars narrower than this stand without a gap. */
const GAP_FROM = 5;
const MONTH_LABEL_PX = 88;

export function chartLayout(table: Table, frame: Frame): Layout {
  const step = table.rows.length > 0 ? (frame.width - frame.left - frame.right) / table.rows.length : 0;
  const bottom = frame.height - frame.bottom;
  const ticks = niceTicks(frame.most ?? Math.max(0, ...table.rows.map((r) => r.items)));
  const scale = (bottom - frame.top) / (ticks[ticks.length - 1] ?? 1);
  const bars = table.rows.map((row, i): Bar => {
    const gap = step >= GAP_FROM ? 1 : 0;
    const segments = stack(row.cells, table.classes, bottom, scale);
    return { week: row.week, x: frame.left + i * step, width: Math.max(step - gap, 0.5), top: bottom - row.items * scale, segments };
  });
  const yTicks = ticks.map((n) => ({ at: bottom - n * scale, label: String(n) }));
  return { bars, step, left: frame.left, top: frame.top, bottom, yTicks, xTicks: monthTicks(bars, frame) };
}

function stack(cells: number[], classes: ClassId[], bottom: number, scale: number): Segment[] {
  let y = bottom;
  const segments: Segment[] = [];
  cells.forEach((items, i) => {
    const height = items * scale;
    y -= height;
    const id = classes[i];
    if (items > 0 && id) segments.push({ class: id, y, height });
  });
  return segments;
}

/** 0, half and whole of the least round number that holds max. */
export function niceTicks(max: number): number[] {
  if (max <= 2) return [0, 2];
  const power = 10 ** Math.floor(Math.log10(max));
  const top = [1, 2, 4, 6, 8, 10].map((m) => m * power).find((n) => n >= max && n % 2 === 0) ?? 10 * power;
  return [0, top / 2, top];
}

/** A label where the first week of a month begins, as many as fit. */
function monthTicks(bars: Bar[], frame: Frame): Tick[] {
  const ticks: Tick[] = [];
  const firsts = bars.filter((bar, i) => i > 0 && bar.week.slice(0, 7) !== bars[i - 1]?.week.slice(0, 7));
  const every = firstFitting(bars, frame);
  for (const bar of firsts) {
    const month = Number(bar.week.slice(5, 7)) - 1;
    const fits = bar.x + MONTH_LABEL_PX <= frame.width;
    if (month % every === 0 && fits) ticks.push({ at: bar.x, label: formatMonth(bar.week) });
  }
  return ticks;
}

function firstFitting(bars: Bar[], frame: Frame): number {
  const monthPx = ((frame.width - frame.left - frame.right) / Math.max(1, bars.length)) * (365.25 / 12 / 7);
  return [1, 2, 3, 6, 12].find((months) => months * monthPx >= MONTH_LABEL_PX) ?? 12;
}

/** The week under a horizontal place, cut to those there are. */
export function weekAt(layout: Pick<Layout, "left" | "step">, weeks: number, x: number): number {
  if (layout.step <= 0) return 0;
  return Math.max(0, Math.min(weeks - 1, Math.floor((x - layout.left) / layout.step)));
}

/** Where a key takes the handle: arrows a week, page keys four, Home and End to the limits; null for other keys. */
export function keyTarget(key: string, at: number, min: number, max: number): number | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -4, PageUp: 4 };
  if (key === "Home") return min;
  if (key === "End") return max;
  const step = steps[key];
  return step === undefined ? null : Math.max(min, Math.min(max, at + step));
}
