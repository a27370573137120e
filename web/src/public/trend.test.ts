import { describe, expect, test } from "vitest";
import { addDays, weeksOf } from "../weeks";
import type { Edition, Index } from "./contract";
import { APRIL, edition } from "./fixture";
import { comparable, compare, trendWords } from "./trend";

const of = (from: string, totals: [number, number] | null): Edition => {
  const to = addDays(from, 28);
  return edition(from, weeksOf({ from, to }), to, totals);
};
const march = (totals: [number, number] | null) => of("2019-03-27", totals);
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("compare", () => {
  test.each<[[number, number], string]>([
    [[400, 1700], "fewer"],
    [[300, 1400], "more"],
    [[325, 1450], "alike"],
    // Now 1751 at least; then 1751 at most, so both may be the same number.
    [[325 - 24, 1450 - 24], "alike"],
    [[325 - 24, 1450 - 25], "more"],
  ])("with %o then: %s now", (then, outcome) => expect(compare(APRIL, march(then))).toBe(outcome));

  test("says nothing where a total is missing, or the lengths differ", () => {
    expect(compare(APRIL, march(null))).toBeNull();
    const one = march([1, 1]);
    expect(compare(APRIL, { ...one, tables: { ...one.tables, totals: one.tables.totals.slice(1) } })).toBeNull();
    expect(compare(APRIL, { ...one, period: { ...one.period, weeks: one.period.weeks.slice(1) } })).toBeNull();
  });

  test("takes no end for no end", () => {
    const open = march([1, 1]);
    const totals = open.tables.totals.map((t) => ({ ...t, at_most: -1 }));
    expect(compare(APRIL, { ...open, tables: { ...open.tables, totals } })).toBe("alike");
  });
});

describe("the sentence", () => {
  const caution = "More removed may mean more litter or more clearing: the release does not tell these apart.";

  test("names what it compares with", () => {
    expect(plain(trendWords(APRIL, march([400, 1700]), of("2018-04-25", [325, 1450])))).toBe(
      `Fewer items were removed than in the 4 weeks before. Against the same weeks a year before, about the same: the figures are too coarse to say. ${caution}`,
    );
    expect(plain(trendWords(APRIL, march([100, 100]), null))).toBe(`More items were removed than in the 4 weeks before. ${caution}`);
    expect(plain(trendWords(APRIL, march(null), null))).toContain("Against the 4 weeks before, nothing can be said");
  });

  test("says so where there is nothing to compare with", () => expect(trendWords(APRIL, null, null)).toMatch(/^There is no edition/));
});

test("editions compared are the one before and the same weeks a year before, unless withdrawn", () => {
  const listed = (from: string, withdrawn = false) => ({ number: 1, from, to: addDays(from, 28), folder: from, withdrawn });
  const index: Index = { editions: ["2019-04-24", "2019-03-27", "2018-04-25"].map((from) => listed(from)) };
  expect(comparable(index, "2019-04-24")).toMatchObject({ before: { from: "2019-03-27" }, yearBefore: { from: "2018-04-25" } });
  const gone = { editions: index.editions.map((e) => ({ ...e, withdrawn: true })) };
  expect(comparable(gone, "2019-04-24")).toEqual({ before: null, yearBefore: null });
});
