// A small draft, for tests.
import type { Draft, Edition, TrueSquare } from "./contract";

/** A square of 250 m times a power of two at the equator, with its south-west corner so many metres east. */
export function square(name: string, side: number, more: Partial<TrueSquare> = {}): TrueSquare {
  const [x, d] = [more.ring?.[0]?.[0] ?? 0, side / 111_320];
  return { square: name, band: 0, items: 0, days: 0, most_in_a_day: 0, why: "", ...more, ring: [[x, 0], [x + d, 0], [x + d, d], [x, d], [x, 0]] };
}

export const edition: Edition = {
  period: { from: "2019-04-24", to: "2019-05-22", weeks: ["2019-04-24", "2019-05-01"] },
  map: {
    why_none: "",
    legend: [
      { band: 0, text: "not shown", from: 0 },
      { band: 1, text: "under 25", from: 0 },
      { band: 2, text: "25 or more", from: 25 },
    ],
  },
  tables: {
    classes: [
      { id: "managed", title: "Managed area" },
      { id: "residential", title: "Residential" },
    ],
    families: [{ id: "needles", title: "Needles" }],
    rows: [
      { week: "2019-05-01", class: "managed", family: "needles", items: "35" },
      { week: "2019-04-24", class: "residential", family: "needles", items: "fewer than 10" },
      { week: "2019-04-24", class: "managed", family: "condoms", items: "80" },
    ],
    totals: [{ family: "condoms", items: "125" }],
  },
  policy: { delay_days: 28, min_items: 10, min_days: 3, max_day_percent: 50, cuts: [25, 75], override: [] },
};

export const draft: Draft = {
  edition,
  report: null,
  sha256: "ab",
  findings: [{ rule: "subtraction", passed: true, text: "Nothing leaks.", details: null }],
  squares: null,
  usefulness: null,
  signatures: null,
  ready: false,
};
