import { describe, expect, test } from "vitest";
import { addDays, countWeeks, fitRange, lastDay, lastWeeks, rangeBefore, rangeOfIndices, weekIndex, weeksOf } from "./weeks";

const span = { from: "2019-03-27", to: "2019-06-19" }; // 12 weeks, across a clock change

describe("weeks", () => {
  test("a day is a day across the change of clocks", () => {
    expect(addDays("2019-03-30", 2)).toBe("2019-04-01");
    expect(addDays("2019-10-26", 7)).toBe("2019-11-02");
  });

  test("the range is half open", () => {
    const range = { from: "2019-04-24", to: "2019-05-22" };
    expect(countWeeks(range)).toBe(4);
    expect(weeksOf(range)).toEqual(["2019-04-24", "2019-05-01", "2019-05-08", "2019-05-15"]);
    expect(lastDay(range)).toBe("2019-05-21");
  });

  test("the last weeks are cut to those there are", () => {
    expect(lastWeeks(span, 4)).toEqual({ from: "2019-05-22", to: "2019-06-19" });
    expect(lastWeeks(span, 99)).toEqual(span);
  });

  test("the weeks before must all be there", () => {
    expect(rangeBefore({ from: "2019-05-22", to: "2019-06-19" }, span)).toEqual({ from: "2019-04-24", to: "2019-05-22" });
    expect(rangeBefore({ from: "2019-04-03", to: "2019-05-01" }, span)).toBeNull();
  });

  test("indices in either order, and beyond the ends", () => {
    expect(rangeOfIndices(span, 3, 1)).toEqual({ from: "2019-04-03", to: "2019-04-24" });
    expect(rangeOfIndices(span, -5, 99)).toEqual(span);
    expect(weekIndex(span, "2019-04-24")).toBe(4);
  });

  test.each([
    ["within", "2019-04-24", "2019-05-22", { from: "2019-04-24", to: "2019-05-22" }],
    ["reaching out", "2019-01-02", "2019-04-03", { from: "2019-03-27", to: "2019-04-03" }],
    ["on another weekday", "2019-04-25", "2019-05-23", null],
    ["before all records", "2018-01-03", "2018-01-31", null],
    ["backwards", "2019-05-22", "2019-04-24", null],
    ["no date at all", "2019-99-99", "2019-05-22", null],
  ])("a range from the address: %s", (_, from, to, fitted) => {
    expect(fitRange({ from, to }, span)).toEqual(fitted);
  });
});
