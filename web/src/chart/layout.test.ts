import { describe, expect, test } from "vitest";
import { rows } from "../fixture";
import { tabulate } from "../tally";
import { chartLayout, keyTarget, niceTicks, weekAt } from "./layout";

const frame = { width: 860, height: 120, left: 44, right: 16, top: 10, bottom: 10 };
const table = tabulate(rows, { from: "2019-03-27", to: "2019-05-22" }, ["managed", "residential"]);

describe("the chart", () => {
  const layout = chartLayout(table, frame);

  test("gives every week the same width and lets them meet", () => {
    expect(layout.step).toBe(100);
    expect(layout.bars.map((b) => b.x)).toEqual([44, 144, 244, 344, 444, 544, 644, 744]);
  });

  test("stacks the classes from the base line up to the week's sum", () => {
    const bar = layout.bars[0];
    const height = bar?.segments.reduce((h, s) => h + s.height, 0) ?? 0;
    expect(height).toBeCloseTo((300 / 400) * 100);
    expect(bar?.top).toBeCloseTo(layout.bottom - height);
    expect(layout.bars[1]?.segments).toEqual([]);
  });

  test("finds the week under the pointer, and the nearest beyond the ends", () => {
    expect(weekAt(layout, 8, 44)).toBe(0);
    expect(weekAt(layout, 8, 143.9)).toBe(0);
    expect(weekAt(layout, 8, 144)).toBe(1);
    expect(weekAt(layout, 8, -50)).toBe(0);
    expect(weekAt(layout, 8, 5000)).toBe(7);
  });

  test("draws nothing wide where there are no weeks", () => {
    expect(chartLayout({ ...table, rows: [] }, frame).bars).toEqual([]);
  });
});

test.each([
  [0, [0, 2]],
  [7, [0, 4, 8]],
  [10, [0, 5, 10]],
  [171, [0, 100, 200]],
  [412, [0, 300, 600]],
  [1000, [0, 500, 1000]],
])("ticks for %d are round and hold it", (max, ticks) => expect(niceTicks(max)).toEqual(ticks));

test.each([
  ["ArrowLeft", 4],
  ["ArrowRight", 6],
  ["PageUp", 9],
  ["PageDown", 1],
  ["Home", 0],
  ["End", 9],
  ["a", null],
])("%s moves a handle at 5 of 0 to 9 to %s", (key, to) => expect(keyTarget(key, 5, 0, 9)).toBe(to));
