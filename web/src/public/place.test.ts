import { describe, expect, test } from "vitest";
import type { LonLat } from "./contract";
import { area, boundary, box } from "./fixture";
import { covers, placeAt } from "./place";

const town = boundary(
  area("c", "non_residential", box(0, 0, 4, 4)),
  area("b", "residential", box(1, 1, 3, 3)),
  area("a", "managed", box(2, 2, 6, 6), box(4, 4, 5, 5)),
  area("z", "managed", box(2, 2, 3, 3)),
  area("x", "park", box(10, 10, 11, 11)),
);

describe("the class of a place", () => {
  test.each<[string, LonLat, string, string]>([
    ["the highest class wins", [2.5, 2.5], "managed", "A"],
    ["of two of a class the lowest id", [2, 2], "managed", "A"],
    ["residential over non-residential", [1.5, 1.5], "residential", "B"],
    ["a side belongs to the area", [1, 2], "residential", "B"],
    ["a corner belongs to the area", [0, 0], "non_residential", "C"],
    ["1e-7 degree beyond a side does not", [-1e-7, 0], "outside", ""],
    ["in a hole", [4.5, 4.5], "outside", ""],
    ["on the side of a hole", [4.5, 5], "managed", "A"],
    ["an area of no known class is none", [10.5, 10.5], "outside", ""],
  ])("%s", (_, at, klass, name) => expect(placeAt(town, at)).toEqual({ class: klass, area: name }));

  test("no areas, no class", () => expect(placeAt(boundary(), [0, 0])).toEqual({ class: "outside", area: "" }));
});

describe("covers", () => {
  test("is exact where numbers are too short for the products", () => {
    // The two places are off the slanting side by a cross product of 1 and -1, where numbers of 53 bits go by steps of 128.
    const wide: LonLat[] = [[0, 0], [179.9999987, 89.9999963], [0, 89.9999963], [0, 0]];
    expect(covers({ type: "Polygon", coordinates: [wide] }, [168.1967201, 84.0983572])).toBe(true);
    expect(covers({ type: "Polygon", coordinates: [wide] }, [11.8032786, 5.9016391])).toBe(false);
  });

  test("takes the even-odd rule within a polygon, the union of several", () => {
    const twice = [box(0, 0, 4, 4), box(1, 1, 3, 3)];
    expect(covers({ type: "Polygon", coordinates: twice }, [2, 2])).toBe(false);
    expect(covers({ type: "MultiPolygon", coordinates: twice.map((ring) => [ring]) }, [2, 2])).toBe(true);
  });

  test("counts a corner on the ray once, and a peak not at all", () => {
    const tent: LonLat[] = [[0, 0], [2, 2], [4, 0], [4, 4], [0, 4], [0, 0]];
    expect(covers({ type: "Polygon", coordinates: [tent] }, [3, 2])).toBe(true);
    expect(covers({ type: "Polygon", coordinates: [tent] }, [2, 1])).toBe(false);
    expect(covers({ type: "Polygon", coordinates: [tent] }, [5, 2])).toBe(false);
  });
});
