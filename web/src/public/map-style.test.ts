import { describe, expect, test } from "vitest";
import { DARK, LIGHT } from "../map/palette";
import { shownBands, VIOLETS } from "./bands";
import type { Edition } from "./contract";
import { APRIL, LOADED } from "./fixture";
import { chosenEdition, dayOf } from "./hooks";
import { publicStyle } from "./map-style";

const drawing = { palette: LIGHT, loaded: LOADED, chosen: null };

describe("the public style", () => {
  test("asks nobody: its sources are the files of the edition", () => {
    const style = publicStyle(drawing);
    expect(Object.values(style.sources).every((s) => s.type === "geojson" && typeof s.data === "object")).toBe(true);
    expect([style.glyphs, style.sprite]).toEqual([undefined, undefined]);
    expect(JSON.stringify({ ...style, sources: {} })).not.toContain("http");
  });

  test("keeps the same layers whatever is drawn, so that one can become the other", () => {
    const ids = (d: Parameters<typeof publicStyle>[0]) => publicStyle(d).layers.map((l) => l.id);
    const chosen = { at: [1, 1] as [number, number], square: LOADED.squares?.features[0] ?? null };
    expect(ids({ ...drawing, palette: DARK, chosen })).toEqual(ids(drawing));
    expect(publicStyle({ ...drawing, chosen }).sources["chosen-square"]).toMatchObject({ data: { features: [{ properties: { square: "E 0 N 0 · 500 m" } }] } });
  });

  test("colours a merged band by where it begins, as the legend does", () => {
    const fill = publicStyle(drawing).layers.find((l) => l.id === "bands");
    const [light, mid] = VIOLETS.light;
    expect(fill).toMatchObject({ paint: { "fill-color": ["case", ["==", ["get", "band"], 1], light, ["==", ["get", "band"], 2], mid, light] } });
    expect(shownBands(APRIL).map((b) => b.step)).toEqual([0, 1]);
    const skipped: Edition = { ...APRIL, map: { why_none: "", legend: [{ band: 1, text: "under 75", from: 0, below: 75 }, { band: 2, text: "75 or more", from: 75, below: 0 }] } };
    expect(shownBands(skipped).map((b) => b.step)).toEqual([0, 2]);
  });

  test("its three steps are apart without colour, and run from the ground away", () => {
    for (const [ground, steps] of [[LIGHT.paper, VIOLETS.light], [DARK.paper, VIOLETS.dark]] as const) {
      const away = [ground, ...steps].map((c) => Math.abs(luminance(c) - luminance(ground)));
      expect(away).toEqual(away.toSorted((a, b) => a - b));
      for (let i = 1; i < steps.length; i++) expect(contrast(steps[i - 1] ?? "", steps[i] ?? "")).toBeGreaterThan(1.8);
    }
  });
});

describe("the edition of an address", () => {
  const listed = (from: string, withdrawn = false) => ({ number: 1, from, to: "", folder: from, withdrawn });
  const index = { editions: [listed("2019-04-24"), listed("2019-03-27"), listed("2019-02-27", true)] };

  test("is a day and nothing else", () => {
    expect([dayOf("#2019-04-24"), dayOf("#13/54.7/-2.4"), dayOf(""), dayOf("#2019-04-24x")]).toEqual(["2019-04-24", null, null, null]);
  });

  test.each([
    [null, "2019-04-24", null],
    ["2019-03-27", "2019-03-27", null],
    ["2019-02-27", "2019-04-24", "was withdrawn"],
    ["2011-01-01", "2019-04-24", "There is no edition"],
  ])("%s shows %s", (day, from, notice) => {
    const shown = chosenEdition(index, "2019-04-24", day);
    expect(shown.from).toBe(from);
    if (notice) expect(shown.notice).toContain(notice);
    else expect(shown.notice).toBeNull();
  });
});

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => Number.parseInt(color.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
