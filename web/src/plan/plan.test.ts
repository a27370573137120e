import { describe, expect, test } from "vitest";
import { besideRange } from "../explorer-state";
import { briefWords } from "../incidents/places";
import { exportUrl } from "../panel/exports";
import type { Round } from "./contract";
import { PLAN_ADDRESS, questionOf } from "./state";
import { binMarks, roundMarks } from "./style";
import { markWords, patternWords, placeWords, readPlace, scoreWords } from "./words";

const filter = { range: { from: "2026-10-28", to: "2026-11-25" }, kinds: ["needle"], classes: null };

describe("the address of a plan", () => {
  test.each([
    "",
    "?part=bins&n=3&within=200",
    "?start=-2.4132,54.7138&minutes=120&leave=05:45&date=2026-11-27",
    "?part=change&changed=2026-01-07&area=M-001&buffer=500&each=13",
    `?${new URLSearchParams({ must: "-2.41,54.72,08:00,Mill Lane, school|-2.4,54.7,07:30,B" })}`,
  ])("%s comes back as it was", (search) => {
    const state = PLAN_ADDRESS.parse(search, "");
    const [path] = PLAN_ADDRESS.format(state).split("#");
    expect(PLAN_ADDRESS.parse(path ?? "", "")).toEqual(state);
  });

  test("what is no place, time or number is left out", () => {
    const state = PLAN_ADDRESS.parse("?start=x,1&leave=25:00&minutes=-3&must=-2,54,99:99,a|b&n=0", "");
    expect(state).toMatchObject({ start: null, leave: "06:30", minutes: 240, must: [], bins: 5 });
    expect(questionOf(state, filter, "2026-11-27")).toBeNull();
  });

  test("a question has the weeks and kinds that the page shows", () => {
    const state = PLAN_ADDRESS.parse("?start=-2.4,54.7", "");
    expect(questionOf(state, filter, "2026-11-27")).toEqual({
      start: [-2.4, 54.7],
      date: "2026-11-27",
      leave: "06:30",
      minutes: 240,
      weeks: "2026-10-28/2026-11-25",
      kinds: ["needle"],
      mustVisit: [],
    });
  });
});

describe("places that are typed", () => {
  test.each([
    ["54.7138, -2.4132", [-2.4132, 54.7138]],
    ["53.79512, −1.55012", [-1.55012, 53.79512]],
    [" 54.7  -2.4 ", [-2.4, 54.7]],
    ["54.7", null],
    ["91, 0", null],
    ["north, 0", null],
  ])("%s", (text, place) => expect(readPlace(text)).toEqual(place));

  test("are written as they are read", () => expect(readPlace(placeWords([-2.4132, 54.7138]))).toEqual([-2.4132, 54.7138]));
});

test("scores in words say no more than they tell", () => {
  expect([0.0009, 0.005, 0.04, 0.05, 1, null].map(scoreWords)).toEqual(["very clear", "clear", "likely", "no more than chance", "no more than chance", "no more than chance"]);
  expect(patternWords("none")).toBe("no pattern over the weeks");
  const row = { rank: 1, square: { id: 1, name: "E 0 N 0 · 125 m" }, centre: [0, 0] as [number, number], items: 4, z: 5, p: 0, q: 0.0001, hot: true, category: "new", why: "" };
  expect(markWords(row)).toBe("Very clear · new · too few weeks for a trend");
  expect(markWords({ ...row, trend: { direction: "rising" } })).toBe("Very clear · new · items rising");
});

test("a place of incidents in brief leaves out what there is nothing to say of", () => {
  const row = { rank: 1, square: { id: 1, name: "" }, centre: [0, 0] as [number, number], reports: 12, q: 0.01, hot: true, category: "none", why: "" };
  expect(briefWords(row)).toBe("12\u00a0reports · more than chance");
  expect(briefWords({ ...row, hot: false, category: "persistent", trend: { direction: "falling" }, hours: "22:00 to 02:00 (7 of the 10 with a known hour)" })).toBe(
    "12\u00a0reports · not told from chance · persistent · falling · 22:00 to 02:00",
  );
});

test("a round is drawn from its start through its stops and back", () => {
  const stop = (order: number, before?: string) => ({ order, square: null, title: "", place: [order, 0] as [number, number], arrive: "", expected: 1, walkM: 1, ...(before && { before }) });
  const round = { stops: [stop(1), stop(2, "08:00")] } as Round;
  const { features } = roundMarks([0, 0], [], round);
  expect(features.map((f) => f.properties.mark)).toEqual(["way", "stop", "must", "start"]);
  expect(features[0]?.geometry).toEqual({ type: "LineString", coordinates: [[0, 0], [1, 0], [2, 0], [0, 0]] });
  expect(roundMarks(null, [], null).features).toEqual([]);
  expect(binMarks(null, 150).features).toEqual([]);
});

describe("the weeks that stand beside", () => {
  const span = { from: "2024-11-27", to: "2026-11-25" };
  test.each([
    [null, null],
    ["before", { from: "2026-09-30", to: "2026-10-28" }],
    ["year", { from: "2025-10-29", to: "2025-11-26" }],
  ] as const)("%s", (beside, range) => expect(besideRange(beside, filter.range, span)).toEqual(range));
  test("are none where the records do not go back so far", () => {
    expect(besideRange("year", { from: "2025-10-29", to: "2025-11-26" }, span)).toBeNull();
    expect(besideRange("before", { from: "2024-11-27", to: "2024-12-25" }, span)).toBeNull();
  });
});

test("areas go along as of the last day, the rest by the filter", () => {
  expect(exportUrl("areas", "gpkg", filter, "2026-11-24")).toBe("/v1/exports/areas?at=2026-11-24&format=gpkg");
  expect(exportUrl("squares", "csv", filter, "2026-11-24")).toBe("/v1/exports/squares?weeks=2026-10-28%2F2026-11-25&kinds=needle&format=csv");
});
