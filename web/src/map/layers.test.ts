import { describe, expect, test } from "vitest";
import { type Drawing, mapStyle } from "./layers";
import { cutLabels, cuts, ITEM_CUTS, LEVELS, sideM } from "./cuts";
import { namePoints } from "./names";
import { DARK, LIGHT } from "./palette";
import { rampColor } from "./ramp";
import { dots, hatch, patternFor } from "./patterns";

const drawing: Drawing = {
  palette: LIGHT,
  hotspotTiles: "http://x/v1/tiles/hotspots/{z}/{x}/{y}.mvt?weeks=a",
  pickupTiles: "http://x/v1/tiles/pickups/{z}/{x}/{y}.mvt?weeks=a",
  boundaries: { type: "FeatureCollection", features: [] },
  weeks: 4,
  showCounts: true,
  selected: null,
};

describe("cuts", () => {
  test("are fixed by side and weeks alone", () => {
    expect(cuts(0, 4)).toEqual([1, 3, 6, 12, 24]);
    expect(cuts(0, 1)).toEqual([1, 2, 3, 4, 6]);
    expect(cuts(1, 4)).toEqual([1, 6, 12, 24, 48]);
    expect(cuts(0, 52)).toEqual([1, 39, 78, 160, 310]);
  });

  test("rise strictly at every level and length", () => {
    for (let level = 0; level < LEVELS; level++) {
      for (const weeks of [1, 2, 3, 4, 26, 104, 520]) {
        const bounds = cuts(level, weeks);
        expect(bounds).toHaveLength(5);
        expect(bounds.every((b, i) => i === 0 || b > (bounds[i - 1] ?? b))).toBe(true);
      }
    }
  });

  test("are named without gaps", () => {
    expect(cutLabels([1, 2, 3, 6, 1200])).toEqual(["1", "2", "3–5", "6–1,199", "1,200 or more"]);
    expect(sideM(3)).toBe(1000);
  });
});

describe("the style", () => {
  test("asks only our own tiles, and no glyphs or sprites", () => {
    const style = mapStyle(drawing);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
    expect(style.sources["hotspots"]).toMatchObject({ tiles: [drawing.hotspotTiles], maxzoom: 16 });
    expect(style.sources["pickups"]).toMatchObject({ minzoom: 15 });
  });

  test("keeps the same layers whatever is drawn, so that one can become the other", () => {
    const ids = (d: Drawing) => mapStyle(d).layers.map((l) => l.id);
    const other = { ...drawing, palette: DARK, showCounts: false, selected: { id: 5, centre: [1, 2] as [number, number] } };
    expect(ids(other)).toEqual(ids(drawing));
    expect(new Set(ids(drawing)).size).toBe(ids(drawing).length);
  });

  test("hides counts where nothing is asked for", () => {
    const squares = mapStyle({ ...drawing, showCounts: false }).layers.find((l) => l.id === "squares");
    expect(squares?.layout?.visibility).toBe("none");
  });

  test("marks the picked square and its middle", () => {
    const style = mapStyle({ ...drawing, selected: { id: 5, centre: [1, 2] } });
    const line = style.layers.find((l) => l.id === "selected-line");
    expect(line && "filter" in line && line.filter).toEqual(["==", ["id"], 5]);
    expect(style.sources["selected"]).toMatchObject({ data: { features: [{ geometry: { coordinates: [1, 2] } }] } });
  });

  test("colours by the cuts that the legend prints", () => {
    const expression = JSON.stringify(rampColor(LIGHT.ramp, 4, { property: "n", base: ITEM_CUTS }));
    const [a, b, c, d, e] = LIGHT.ramp;
    expect(expression).toContain(JSON.stringify(["step", ["get", "n"], a, 3, b, 6, c, 12, d, 24, e]));
  });
});

describe("patterns", () => {
  test("are sparse and repeat", () => {
    for (const picture of [hatch("#000000"), dots("#000000")]) {
      const alpha = picture.data.filter((_, i) => i % 4 === 3);
      const share = alpha.reduce((n, a) => n + a, 0) / (255 * alpha.length);
      expect(picture.data).toHaveLength(picture.width * picture.height * 4);
      expect(share).toBeGreaterThan(0.01);
      expect(share).toBeLessThan(0.15);
    }
  });

  test("are found by name and theme", () => {
    expect(patternFor("hatch-light", LIGHT)).not.toBeNull();
    expect(patternFor("hatch-dark", LIGHT)).toBeNull();
  });
});

test("a name stands once, in the middle of the largest part", () => {
  const box = (x: number, size: number) => [[[x, 0], [x + size, 0], [x + size, size], [x, size], [x, 0]]];
  const points = namePoints({
    type: "FeatureCollection",
    features: [
      { type: "Feature", properties: { name: "Mill" }, geometry: { type: "MultiPolygon", coordinates: [box(10, 1), box(0, 4)] } },
      { type: "Feature", properties: { name: "" }, geometry: { type: "Polygon", coordinates: box(0, 1) } },
    ],
  });
  expect(points.features).toHaveLength(1);
  expect(points.features[0]?.geometry.coordinates).toEqual([2, 2]);
});
