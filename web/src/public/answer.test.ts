import { describe, expect, test } from "vitest";
import { answer } from "./answer";
import type { Loaded, LonLat } from "./contract";
import { area, boundary, box, LOADED } from "./fixture";
import { roundingWords, sizeWords, spanWords, wholeArea } from "./words";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const ask = (at: LonLat, loaded: Loaded = LOADED, postcode: string | null = null) => {
  const { square, sentences } = answer(loaded, { at, postcode });
  return { square: square?.properties.square, text: plain(sentences.join(" ")) };
};

describe("what an edition says of a place", () => {
  test("in a square that is shown", () => {
    expect(ask([0.5, 0.5])).toEqual({
      square: "E 0 N 0 · 500 m",
      text:
        "This place is inside the managed area, “MILL”, as the boundary was on Tue 21 May 2019. " +
        "Between Wed 24 Apr and Tue 21 May 2019 crews removed 25 or more items for each 250 m × 250 m in the 500 m square around this place (E 0 N 0). " +
        "That says nothing about any one street or house in it.",
    });
  });

  test("in a square of 250 m, which is its own measure", () => {
    expect(ask([2.5, 1.5]).text).toContain("crews removed under 25 items in the 250 m square around this place (E 500 N 250).");
  });

  test("where all bands were merged: only what makes a square shown", () => {
    const map = { why_none: "", legend: [{ band: 1, text: "shown: at least 10 in the square", from: 0, below: 0 }] };
    expect(ask([2.5, 1.5], { ...LOADED, edition: { ...LOADED.edition, map } }).text).toContain(
      "crews removed 10 items or more, on 3 days or more, in the 250 m square around this place (E 500 N 250). How many, this edition does not say.",
    );
  });

  test("in a square that is not shown", () => {
    expect(ask([2.5, 0.5]).text).toBe(
      "This place is outside the managed area and all other areas, as the boundary was on Tue 21 May 2019. " +
        "The 250 m square around this place (E 500 N 0) is not shown: there were too few finds, finds on too few days, or none. " +
        "Which of these, the release does not say.",
    );
  });

  test("off the map", () => {
    const { square, text } = ask([9, 9]);
    expect(square).toBeUndefined();
    expect(text).toContain("It is off the map");
    expect(text).not.toMatch(/\d items/);
  });

  test("by postcode", () => expect(ask([0.5, 0.5], LOADED, "LS11 5AA").text).toMatch(/^The middle of LS11 5AA is inside the managed area/));

  test("in each class", () => {
    const town = boundary(area("r", "residential", box(0, 0, 1, 1)), area("n", "non_residential", box(0, 0, 2, 2)));
    expect(ask([0.5, 0.5], { ...LOADED, boundary: town }).text).toContain("outside the managed area, in a residential place, “R”,");
    expect(ask([1.5, 1.5], { ...LOADED, boundary: town }).text).toContain("outside the managed area, in a non-residential place, “N”,");
  });

  test("where there is no map: its reason", () => {
    const edition = { ...LOADED.edition, map: { why_none: "Too few squares could be shown.", legend: [] } };
    expect(ask([0.5, 0.5], { ...LOADED, edition, squares: null }).text).toContain("This edition has no map. Too few squares could be shown.");
  });
});

describe("what it says of the whole area", () => {
  test("is the published figures", () => {
    expect(plain(wholeArea(LOADED.edition))).toBe(
      "From Wed 24 Apr 2019 to Tue 21 May 2019, crews removed about 325 needles and about 1,450 condoms in the whole area.",
    );
  });

  test("is nothing where no total was released", () => {
    const edition = { ...LOADED.edition, tables: { ...LOADED.edition.tables, totals: [] } };
    expect(wholeArea(edition)).toContain("no total is given");
  });

  test("a figure in words stays in words", () => {
    const totals = [{ family: "needles", items: "fewer than 10", at_least: 0, at_most: 9 }];
    expect(wholeArea({ ...LOADED.edition, tables: { ...LOADED.edition.tables, totals } })).toContain("removed fewer than 10 needles in");
  });

  test("a year is named twice only where it changes", () => {
    expect(spanWords({ from: "2019-12-18", to: "2020-01-15" })).toBe("Wed 18 Dec 2019 and Tue 14 Jan 2020");
  });

  test("its rounding is that of its policy", () => {
    expect(roundingWords(LOADED.edition)).toBe(
      "Figures under 10 read “fewer than 10”, others are rounded to the nearest 5 and totals to the nearest 25, so rows do not add up exactly. What was found at a place or on a day that is not known is in no figure.",
    );
  });
});

test.each([
  [undefined, ""],
  [42, ", 1 kB"],
  [5200, ", 5 kB"],
  [2_500_000, ", 2.4 MB"],
])("a file of %s bytes", (bytes, words) => expect(plain(sizeWords(bytes))).toBe(words));
