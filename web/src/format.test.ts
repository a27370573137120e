import { describe, expect, test } from "vitest";
import { formatDate, formatMoment, formatMonth, formatNumber, formatPercent, formatRange, formatShare, formatWeek, joinWords, plural } from "./format";

describe("format", () => {
  test("dates as people say them, whatever the machine's locale", () => {
    expect(formatDate("2019-04-24")).toBe("Wed 24 Apr 2019");
    expect(formatWeek("2019-04-24")).toBe("week from Wed 24 Apr 2019");
    expect(formatMonth("2019-04-24")).toBe("Apr 2019");
    expect(formatRange({ from: "2019-04-24", to: "2019-05-22" })).toBe("Wed 24 Apr 2019 to Tue 21 May 2019");
  });

  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1234567, "1,234,567"],
  ])("number %d", (n, text) => expect(formatNumber(n)).toBe(text));

  test.each([
    ["2026-11-17T18:12:29Z", "Tue 17 Nov 2026, 18:12"],
    ["2026-07-17T23:12:29Z", "Sat 18 Jul 2026, 00:12"],
    ["2026-11-17", "Tue 17 Nov 2026"],
    ["2026-11", "Nov 2026"],
  ])("moment %s by the clock of London", (text, said) => expect(formatMoment(text, "Europe/London")).toBe(said));

  test("shares", () => {
    expect(formatShare(0.0312)).toBe("3.1");
    expect(formatPercent(0.094)).toBe("9\u00a0%");
  });

  test("words", () => {
    expect(plural(1, "item")).toBe("1\u00a0item");
    expect(plural(0, "item")).toBe("0\u00a0items");
    expect(joinWords([])).toBe("");
    expect(joinWords(["a", "b"])).toBe("a and b");
    expect(joinWords(["a", "b", "c"])).toBe("a, b and c");
  });
});
