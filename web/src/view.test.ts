import { describe, expect, test } from "vitest";
import { rows, scheme } from "./fixture";
import { couldBeChance, filterSentence, headline, remainders, visitsSentence } from "./sentence";
import { shownClasses } from "./tally";
import { viewOf } from "./view";

const all = { range: { from: "2019-04-24", to: "2019-05-22" }, kinds: null, classes: null };
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const tally = (items: number, visits = 0) => ({ items, visits });

describe("the view", () => {
  const view = viewOf(rows, scheme, all);

  test("says the headline of its table", () => {
    expect(plain(view.headline)).toBe("412 items removed in 4 weeks, down 9 % on the 4 weeks before.");
    expect(view.theseWeeks.total).toEqual({ cells: [250, 150, 0, 0, 12], items: 412, visits: 40 });
    expect(view.byClass.reduce((n, c) => n + c.items, 0)).toBe(412);
  });

  test("has a row for a week without records", () => {
    expect(view.theseWeeks.rows.map((r) => r.items)).toEqual([250, 150, 0, 12]);
    expect(view.allWeeks.rows).toHaveLength(8);
  });

  test("says what is not on the map and what is not counted", () => {
    expect(view.notes.map(plain)).toEqual([
      "12 items of these have no usable place: counted, but not on the map.",
      "Not counted: 7 items known only by the month, so in no week.",
    ]);
  });

  test("counts only the classes asked for, and says so", () => {
    const some = viewOf(rows, scheme, { ...all, classes: ["residential"] });
    expect(some.theseWeeks.total.items).toBe(150);
    expect(some.filter).toBe("All kinds, in: Residential.");
    expect(some.notes).toEqual([]);
    expect(some.byClass.find((c) => c.id === "managed")?.items).toBe(250);
  });

  test("makes no comparison with weeks that are not there", () => {
    const early = viewOf(rows, scheme, { ...all, range: { from: "2019-03-27", to: "2019-04-24" } });
    expect(plain(early.headline)).toBe("452 items removed in 4 weeks.");
  });
});

describe("the headline", () => {
  test.each([
    [tally(412), tally(452), 4, "412 items removed in 4 weeks, down 9 % on the 4 weeks before."],
    [tally(120), tally(100), 1, "120 items removed in 1 week, up 20 % on the week before."],
    [tally(8), tally(12), 4, "8 items removed in 4 weeks, 12 in the 4 weeks before."],
    [tally(1), tally(0), 4, "1 item removed in 4 weeks, none in the 4 weeks before."],
    [tally(0), tally(0), 4, "No items removed in 4 weeks, and none in the 4 weeks before."],
    [tally(0), tally(30), 4, "No items removed in 4 weeks, 30 in the 4 weeks before."],
    [tally(50), tally(50), 4, "50 items removed in 4 weeks, as many as in the 4 weeks before."],
    [tally(1001), tally(1000), 4, "1,001 items removed in 4 weeks, about as many as in the 4 weeks before."],
  ])("%o after %o in %d weeks", (now, before, weeks, text) => {
    expect(plain(headline(now, before, weeks))).toBe(text);
  });

  test("chance is named only where it explains the difference", () => {
    expect(couldBeChance(412, 452)).toBe(true);
    expect(couldBeChance(300, 452)).toBe(false);
    expect(couldBeChance(50, 50)).toBe(false);
  });

  test("the effort stands beside it", () => {
    expect(plain(visitsSentence(tally(0, 96), tally(0, 101), 4))).toBe("96 visits, 101 in the 4 weeks before.");
    expect(plain(visitsSentence(tally(0, 1), null, 4))).toBe("1 visit.");
  });

  test("the filter in words", () => {
    expect(filterSentence(all, scheme)).toBe("All kinds, all places.");
    expect(filterSentence({ ...all, kinds: ["needle"] }, scheme)).toBe("Needles only, all places.");
    expect(filterSentence({ ...all, kinds: [], classes: [] }, scheme)).toBe("No kinds, no places.");
  });

  test("one is not many", () => {
    expect(plain(remainders({ unlocated: 1, unclassified: 1, undated: 1 }).join(" "))).toBe(
      "1 item of these has no usable place: counted, but not on the map. 1 item of these: no boundary was in force, so no class. Not counted: 1 item known only by the month, so in no week.",
    );
  });
});

test("a class that says something is missing shows only where it was counted or asked for", () => {
  const ids = scheme.classes.map((c) => c.id);
  expect(shownClasses(ids, rows, null)).toEqual(["managed", "residential", "non_residential", "outside", "unlocated"]);
  expect(shownClasses(ids, [], ["unclassified"])).toContain("unclassified");
});
