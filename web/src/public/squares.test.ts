import { describe, expect, test } from "vitest";
import type { LonLat } from "./contract";
import { area, boundary, box, LOADED, square, squares } from "./fixture";
import { boundsOf } from "../map/bounds";
import { cornerOf, sideOf, squareAt } from "./squares";

const map = LOADED.squares ?? squares();

describe("the square of a place", () => {
  test.each<[string, LonLat, string | undefined]>([
    ["inside", [1, 1], "E 0 N 0 · 500 m"],
    ["a common side is the eastern one's", [2, 0.5], "E 500 N 0 · 250 m"],
    ["and the northern one's", [2.5, 1], "E 500 N 250 · 250 m"],
    ["where three meet", [2, 1], "E 500 N 250 · 250 m"],
    ["on the northern side of the map", [1, 2], "E 0 N 0 · 500 m"],
    ["off the map", [3.1, 1], undefined],
    ["just off the map, within the width of a gap", [3 + 2e-7, 0.5], "E 500 N 0 · 250 m"],
  ])("%s", (_, at, name) => expect(squareAt(map, at)?.properties.square).toBe(name));

  test("is found in a gap between a large one and a small one", () => {
    const gap = squares(square("a", 1, [0, 0, 1, 1]), square("b", 1, [1 + 4e-7, 0, 2, 1]));
    expect(squareAt(gap, [1 + 2e-7, 0.5])?.properties.square).toBe("b");
  });
});

test("names have a corner and a side", () => {
  expect(sideOf("E 1250 S 500 · 500 m")).toBe("500\u00a0m");
  expect(cornerOf("SE 29125 32750 · 1000 m")).toBe("SE 29125 32750");
  expect(sideOf("somewhere")).toBe("");
});

test("bounds are those of all that is drawn", () => {
  expect(boundsOf(map, boundary(area("a", "managed", box(-1, 0, 1, 4))))).toEqual([-1, 0, 3, 4]);
  expect(boundsOf(boundary())).toBeNull();
});
