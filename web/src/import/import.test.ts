import { describe, expect, test } from "vitest";
import { LIGHT } from "../map/palette";
import { type Field, type Import, type Preview, type Row, sortsFor } from "./contract";
import { boundsOf, latestDay, POINT_CLASSES, rowStyle } from "./map-style";
import { choose, choosePart, exampleOf, fromMapping, grouped, NO_CHOICES, previewUrl, problemField, startBody, troubles, unsaid } from "./mapping";
import { rateOf, type Sample, secondsLeft, withSample } from "./pace";
import { IMPORT_ADDRESS, later, stepOf } from "./state";
import { whyNot } from "./upload";
import { classText, droppedText, formatBytes, formatLeft, pageWords, previewText, reasonText, resultText, systemText } from "./words";

const ONE: Import = {
  id: "a", name: "crew.csv", sort: "pickups", state: "done", bytes: 100, read: 100, rows: 1204, added: 1180, unchanged: 20, gone: 0,
  refused: 4, unlocated: 12, mapping: "", dropped: [], first_refusals: [], error: "", created: "", ended: "", expires: "",
};

const row = (line: number, more: Partial<Row> = {}): Row => ({
  line, texts: [], point: [-2.4, 54.7], class: "residential", area: "R1", at: "2026-10-02", items: 1, refusal: "", ...more,
});

const field = (name: string, column = "", needed = false): Field => ({ field: name, title: name, needed, column });

const PREVIEW: Preview = {
  columns: ["Lng", "Lat", "When", "Note"],
  fields: [field("lon", "Lng", true), field("lat", "Lat", true), field("at", "", true), field("kind"), field("source")],
  rows: [row(2, { texts: ["-2.4", "", "x", ""] }), row(3, { texts: ["-2.5", "54.7", "y", ""] })],
  dropped: ["Note"],
  problem: "",
  problem_field: "",
  sheets: [],
  layers: [],
  part: "",
  crs: "",
};

describe("the step", () => {
  test.each([
    ["uploaded", "columns"],
    ["waiting", "running"],
    ["running", "running"],
    ["done", "result"],
    ["failed", "result"],
    ["cancelled", "result"],
  ] as const)("of an import that is %s is %s", (state, step) => expect(stepOf({ state })).toBe(step));

  test("without an import is the file", () => expect(stepOf(null)).toBe("file"));

  test("never goes back, whichever answer comes first", () => {
    const running: Import = { ...ONE, state: "running", read: 40 };
    expect(later(ONE, running)).toBe(ONE);
    expect(later(running, ONE)).toBe(ONE);
    expect(later(running, { ...running, read: 30 })).toBe(running);
    expect(later(running, { ...running, id: "b", state: "uploaded" })?.id).toBe("b");
    expect(later(null, running)).toBe(running);
  });
});

test("the address holds the import, or the one that is mended, and nothing else", () => {
  for (const state of [{ id: null, mends: null }, { id: "a b&c", mends: null }, { id: null, mends: "7" }]) {
    expect(IMPORT_ADDRESS.parse(IMPORT_ADDRESS.format(state), "")).toEqual(state);
  }
  expect(IMPORT_ADDRESS.parse("?import=1&mends=2", "")).toEqual({ id: "1", mends: null });
});

test("planners send pickups, the police incidents", () => {
  expect(sortsFor(["planner"])).toEqual(["pickups"]);
  expect(sortsFor(["police"])).toEqual(["incidents"]);
  expect(sortsFor(["police", "planner"])).toEqual(["pickups", "incidents"]);
  expect(sortsFor(["steward", "crew"])).toEqual([]);
});

describe("choices", () => {
  test("are asked about in one order, without what was not chosen", () => {
    expect(previewUrl("a/b", NO_CHOICES)).toBe("/v1/imports/a%2Fb/preview");
    const choices = { ...NO_CHOICES, map: { lon: "Lng", at: "A: b&c" }, dates: "dmy" as const, source: " crew " };
    expect(previewUrl("a", choices)).toBe("/v1/imports/a/preview?map=at%3AA%3A+b%26c&map=lon%3ALng&source=crew&dates=dmy");
  });

  test("a column means one thing", () => {
    const first = choose(NO_CHOICES, "lon", "X");
    expect(choose(first, "lat", "X").map).toEqual({ lat: "X" });
    expect(choose(choose(first, "kind", ""), "items", "").map).toEqual({ lon: "X", kind: "", items: "" });
  });

  test("what is started names what was guessed and what was let go", () => {
    const body = startBody(PREVIEW, { ...NO_CHOICES, map: { at: "When", lat: "" }, source: " crew " });
    expect(body).toEqual({ ...NO_CHOICES, map: { lon: "Lng", lat: "", at: "When" }, source: "crew", dates: "", kind: "", category: "" });
  });

  test("are read back from an import's own words, commas in names too", () => {
    expect(fromMapping("lon=Lng, at=Day, month, lat=A=b").map).toEqual({ lon: "Lng", at: "Day, month", lat: "A=b" });
    expect(fromMapping("").map).toEqual({});
  });

  test("what no column tells is asked for the whole file", () => {
    expect(unsaid("pickups", PREVIEW.fields, NO_CHOICES, ["needle"])).toEqual({ source: true, kind: true, category: false });
    expect(unsaid("incidents", PREVIEW.fields, NO_CHOICES, [])).toEqual({ source: true, kind: false, category: true });
    const told = { ...NO_CHOICES, map: { needle: "N", source: "S" } };
    expect(unsaid("pickups", [...PREVIEW.fields, field("needle")], told, ["needle"])).toEqual({ source: false, kind: false, category: false });
  });

  test("fields that are needed or found come first", () => {
    const { first, others } = grouped(PREVIEW.fields, NO_CHOICES);
    expect([first, others].map((fields) => fields.map((f) => f.field))).toEqual([["lon", "lat", "at"], ["kind", "source"]]);
  });

  test("a column's example is its first value that is not empty", () => {
    expect(exampleOf(PREVIEW, "Lat")).toBe("54.7");
    expect(exampleOf(PREVIEW, "Note")).toBe("");
    expect(exampleOf(PREVIEW, "none")).toBe("");
    expect(exampleOf({ ...PREVIEW, rows: [row(2, { texts: ["x".repeat(64)] })] }, "Lng")).toBe(`${"x".repeat(32)}…`);
  });
});

test("a refusal stands beside the field of its column, and one of no field by itself", () => {
  const rows = [row(2, { refusal: "Lat: 99 is no latitude" }), row(3, { refusal: "Lat: is empty" }), row(4, { refusal: "at: is missing" }), row(5, { refusal: "has 3 columns" })];
  const found = troubles({ ...PREVIEW, rows }, NO_CHOICES);
  expect([...found]).toEqual([
    ["lat", { rows: 2, reason: "99 is no latitude" }],
    ["at", { rows: 1, reason: "is missing" }],
    ["", { rows: 1, reason: "has 3 columns" }],
  ]);
  const unclear = { ...PREVIEW, rows: [row(2, { refusal: 'at: "1/2/2026": is the day or the month first? Say which, for the whole file' })] };
  expect([...troubles(unclear, NO_CHOICES).keys()]).toEqual(["dates"]);
});

test("a problem of the file is about the field that it names", () => {
  expect(problemField({ ...PREVIEW, problem_field: "at" })?.field).toBe("at");
  expect(problemField(PREVIEW)).toBeNull();
});

test("a sheet or layer is chosen by its very name, and has columns of its own", () => {
  const chosen = choosePart({ ...NO_CHOICES, map: { lon: "Lng" }, crs: "EPSG:27700" }, "layer", " sites ");
  expect(chosen).toEqual({ ...NO_CHOICES, layer: " sites ", crs: "EPSG:27700" });
  expect(previewUrl("7", chosen)).toBe("/v1/imports/7/preview?layer=+sites+&crs=EPSG%3A27700");
  expect(startBody(PREVIEW, chosen)).toMatchObject({ layer: " sites ", crs: "EPSG:27700", map: { lon: "Lng" } });
  expect(systemText("EPSG:27700")).toBe("as the file says: British National Grid: easting and northing");
  expect(systemText("")).toBe("as the columns say");
});

describe("pace", () => {
  const samples = (...dones: [number, number][]) => dones.reduce<Sample[]>((all, [at, done]) => withSample(all, { at, done }), []);

  test("is not known until a second was seen", () => {
    expect(rateOf(samples([0, 0], [900, 90]))).toBeNull();
    expect(secondsLeft([], 100)).toBeNull();
    expect(rateOf(samples([0, 0], [2000, 100]))).toBe(50);
    expect(secondsLeft(samples([0, 0], [2000, 100]), 300)).toBe(4);
  });

  test("is of the last ten seconds", () => {
    expect(rateOf(samples([0, 0], [5000, 5000], [15_000, 5100], [25_000, 5200]))).toBe(10);
  });

  test("that stands still says nothing of the time left, and a new beginning forgets", () => {
    expect(secondsLeft(samples([0, 50], [4000, 50]), 300)).toBeNull();
    expect(samples([0, 50], [1000, 90], [2000, 10])).toEqual([{ at: 2000, done: 10 }]);
  });
});

describe("words", () => {
  test.each([
    [1, "1 byte"], [812, "812 bytes"], [999, "999 bytes"], [1000, "1.0 kB"], [85_600, "86 kB"], [999_499, "999 kB"], [999_500, "1.0 MB"],
    [2_400_000, "2.4 MB"], [2 ** 30, "1.1 GB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes).replace("\u00a0", " ")).toBe(text));

  test.each([
    [null, ""], [Number.POSITIVE_INFINITY, ""], [1, "nearly done"], [8.4, "about 8 seconds left"], [38, "about 40 seconds left"],
    [61, "about 2 minutes left"], [3601, "about 2 hours left"],
  ])("%s seconds left are “%s”", (seconds, text) => expect(formatLeft(seconds).replace("\u00a0", " ")).toBe(text));

  test("what became of a file is one sentence", () => {
    const plain = (one: Partial<Import>) => resultText({ ...ONE, ...one }).replaceAll("\u00a0", " ");
    expect(plain({})).toBe("1,204 rows: 1,180 added, 20 there already, 4 refused, 12 without a usable place");
    expect(plain({ rows: 1, added: 1, unchanged: 0, refused: 0, unlocated: 0 })).toBe("1 row: 1 added, none refused");
    expect(plain({ state: "cancelled" })).toMatch(/^Cancelled after 1,204 rows: 1,180 added/);
    expect(plain({ gone: 3 })).toContain("3 deleted earlier, so not added");
  });

  test("the first rows are told, or all", () => {
    const rows = [row(2), row(3, { point: null }), row(4, { refusal: "Lat: no", point: null })];
    expect(previewText(rows).replaceAll("\u00a0", " ")).toBe("Of the file's 3 rows 2 can be stored (1 without a usable place) and 1 would be refused.");
    expect(previewText(Array.from({ length: 200 }, (_, i) => row(i)))).toMatch(/^Of the first 200.rows 200 can be stored and none/);
    expect(previewText([])).toContain("no rows");
  });

  test("what is dropped is said plainly", () => {
    expect(droppedText(["Crew leader", "Notes"])).toBe("Nothing is kept of: Crew leader, Notes.");
    expect(droppedText(null)).toBe("Every column of the file is read.");
  });

  test("a sentence of the server stands as one of the page", () => {
    expect(pageWords("map lon=X y: the file has no column")).toBe("“X y”: the file has no column.");
    expect(pageWords("no column says when; map the one with the date")).toBe("No column says when; map the one with the date.");
    expect(reasonText("is missing; write a time")).toBe("It is missing; write a time.");
  });

  test("a class has its title and area, and a row without a place says so", () => {
    const scheme = { classes: [{ id: "residential" as const, title: "Residential" }] };
    expect(classText(scheme, row(2))).toBe("Residential, R1");
    expect(classText(scheme, row(2, { point: null }))).toBe("no usable place");
  });

  test("a file that can't be taken is told before it is sent", () => {
    expect(whyNot({ name: "a.csv", size: 0 })).toContain("empty");
    expect(whyNot({ name: "a.csv", size: 2 ** 30 })).toBeNull();
    expect(whyNot({ name: "a.csv", size: 2 ** 30 + 1 })).toContain("1 GiB");
  });
});

describe("the map of the first rows", () => {
  const rows = [row(2), row(3, { point: [-2.3, 54.8], class: "outside" }), row(4, { point: null }), row(5, { point: [9, 9], refusal: "Date: no" })];
  const drawing = { palette: LIGHT, rows, picked: 3, boundaries: { type: "FeatureCollection" as const, features: [] } };

  test("has the rows with a place that would be stored, each by its line", () => {
    const source = rowStyle(drawing).sources["rows"];
    const data = source?.type === "geojson" ? (source.data as GeoJSON.FeatureCollection) : null;
    expect(data?.features.map((f) => f.id)).toEqual([2, 3]);
    expect(boundsOf(rows)).toEqual([-2.4, 54.7, -2.3, 54.8]);
  });

  test("keeps its source for the same rows and its layers whatever is picked", () => {
    const [a, b] = [rowStyle(drawing), rowStyle({ ...drawing, picked: null })];
    expect(a.sources["rows"]).toEqual(b.sources["rows"]);
    expect(a.layers.map((l) => l.id)).toEqual(b.layers.map((l) => l.id));
  });

  test("tells every two classes apart without colour", () => {
    const [plain, cores] = ["rows", "row-cores"].map((id) => rowStyle(drawing).layers.find((l) => l.id === id));
    const shapes = POINT_CLASSES.map((id) => {
      const of = (name: string) => valueFor(plain?.paint?.[name as never] as unknown, id);
      return JSON.stringify([of("circle-radius"), of("circle-stroke-width"), JSON.stringify(cores && "filter" in cores ? cores.filter : "").includes(JSON.stringify(id))]);
    });
    expect(new Set(shapes).size).toBe(POINT_CLASSES.length);
  });

  const valueFor = (match: unknown, id: string) => {
    const parts = match as unknown[];
    const at = parts.indexOf(id);
    return at < 0 ? parts.at(-1) : parts[at + 1];
  };

  test("draws the areas of the latest day", () => {
    expect(latestDay([...rows, row(6, { at: "2026-11" }), row(7, { at: "2026-12-01", refusal: "x" })], "2020-01-01")).toBe("2026-11-01");
    expect(latestDay([], "2020-01-01")).toBe("2020-01-01");
  });
});
