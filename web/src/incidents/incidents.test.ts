import { describe, expect, test } from "vitest";
import { scheme } from "../fixture";
import { DARK, LIGHT } from "../map/palette";
import { asksNothing, incidentCountsUrl, type IncidentCount, type IncidentFilter, incidentsUrl, incidentTilesUrl } from "./contract";
import { INCIDENT_SQUARES, type IncidentDrawing, incidentStyle } from "./map-style";
import { namedRange } from "./model";
import { drawnOf, INCIDENT_ADDRESS, incidentFilterOf, shownCategories } from "./state";
import { incidentHeadline, incidentSpan, incidentViewOf, outcomeRows, outcomeTitle, rowsOf, shade } from "./view";

const rows: IncidentCount[] = [
  { week: "2019-04-03", class: "managed", category: "nuisance", incidents: 30 },
  { week: "2019-04-24", class: "managed", category: "harm", incidents: 2 },
  { week: "2019-04-24", class: "residential", category: "nuisance", incidents: 40 },
  { week: "2019-05-15", class: "unlocated", category: "nuisance", incidents: 5 },
  { week: null, class: "managed", category: "harm", incidents: 1 },
];
const span = { from: "2019-03-27", to: "2019-05-22" };
const four = { from: "2019-04-24", to: "2019-05-22" };
const filter: IncidentFilter & { range: typeof four } = { range: four, categories: null, classes: null, square: null };

describe("the address", () => {
  test.each(["", "?weeks=2019-04-24/2019-05-22&categories=harm&drawn=harm", "?classes=managed&square=12&level=2&drawn=harm#12.00/54.00000/-2.00000"])(
    "%s survives",
    (address) => {
      const [search = "", hash] = address.split("#");
      expect(INCIDENT_ADDRESS.format(INCIDENT_ADDRESS.parse(search, hash ? `#${hash}` : ""))).toBe(address);
    },
  );

  test("unknown words are dropped", () => {
    const state = INCIDENT_ADDRESS.parse("?categories=harm,other&drawn=both&kinds=needle&classes=managed,nowhere", "");
    expect(state.categories).toEqual(["harm"]);
    expect(state.drawn).toBe("nuisance");
    expect(state).not.toHaveProperty("kinds");
    expect(incidentFilterOf(state, scheme, span)).toEqual({ range: four, categories: ["harm"], classes: ["managed"], square: null });
  });

  test("the standard range stays unnamed", () => {
    expect(namedRange(four, span)).toBe(null);
    expect(namedRange(span, span)).toEqual(span);
  });
});

describe("one category is drawn", () => {
  test("the one asked for, where it is shown", () => {
    expect(drawnOf({ categories: null, drawn: "harm" })).toBe("harm");
    expect(drawnOf({ categories: ["nuisance"], drawn: "harm" })).toBe("nuisance");
    expect(drawnOf({ categories: [], drawn: "harm" })).toBe(null);
    expect(shownCategories(null)).toEqual(["harm", "nuisance"]);
  });
});

describe("the counts", () => {
  const view = incidentViewOf(rows, scheme, filter, span);

  test("are two numbers, in sentence and tables", () => {
    expect(view.headline).toBe("2\u00a0reports of harm and 45 of nuisance in 4\u00a0weeks.");
    for (const side of view.sides) {
      expect(side.theseWeeks.total.items).toBe(side.reports);
      expect(view.byClass.reduce((n, row) => n + row.reports[side.id], 0)).toBe(side.reports);
    }
    expect(view.sides.map((s) => s.reports)).toEqual([2, 45]);
    expect(view.most).toBe(40);
  });

  test("say what the weeks before held, each category by itself", () => {
    expect(view.sides.map((s) => s.before)).toEqual([
      "Harm: none in the 4\u00a0weeks before. A difference this small can be chance alone.",
      "Nuisance: up 50\u00a0% on the 4\u00a0weeks before. A difference this small can be chance alone.",
    ]);
  });

  test("explain what is on no map and in no week", () => {
    expect(view.notes).toEqual([
      "Harm: not counted, 1\u00a0report known only by the month.",
      "Nuisance: 5\u00a0reports with no usable place, counted but not on a map.",
    ]);
  });

  test("leave out a category that is not chosen", () => {
    const alone = incidentViewOf(rows, scheme, { ...filter, categories: ["harm"], classes: ["managed"] }, span);
    expect(alone.sides.map((s) => s.id)).toEqual(["harm"]);
    expect(alone.headline).toBe("2\u00a0reports of harm in 4\u00a0weeks.");
    expect(alone.filter).toBe("In: Managed area.");
  });

  test.each([
    [[0, 0], "No\u00a0reports of harm and none of nuisance in 1\u00a0week."],
    [[1, 1200], "1\u00a0report of harm and 1,200 of nuisance in 1\u00a0week."],
  ])("%j as a sentence", ([harm = 0, nuisance = 0], text) =>
    expect(incidentHeadline([{ id: "harm", reports: harm }, { id: "nuisance", reports: nuisance }], 1)).toBe(text),
  );

  test("no category, no number", () => expect(incidentHeadline([], 4)).toBe("No category is chosen."));

  test("span the weeks from the first report to the last", () => {
    expect(incidentSpan(rows)).toEqual({ from: "2019-04-03", to: "2019-05-22" });
    expect(incidentSpan([])).toBe(null);
    expect(incidentSpan(rows.filter((row) => row.week === null))).toBe(null);
  });

  test("of one category hold none of the other", () => expect(rowsOf(rows, "harm").map((r) => r.items)).toEqual([2, 1]));
});

test("outcomes: the most frequent first, the open last, a column for each category", () => {
  const found = outcomeRows(
    [
      { outcome: "", category: "nuisance", incidents: 90 },
      { outcome: "spoken_to", category: "nuisance", incidents: 4 },
      { outcome: "spoken_to", category: "harm", incidents: 1 },
      { outcome: "ran_off", category: "nuisance", incidents: 9 },
    ],
    ["harm", "nuisance"],
  );
  expect(found).toEqual([
    { outcome: "ran_off", reports: [0, 9] },
    { outcome: "spoken_to", reports: [1, 4] },
    { outcome: "", reports: [0, 90] },
  ]);
  expect(found.map((row) => outcomeTitle(row.outcome))).toEqual(["Ran off", "Spoken to", "No outcome yet"]);
});

test.each([[0, 0, 0], [1, 1, 1], [5, 5, 5], [1, 50, 1], [11, 50, 2], [50, 50, 5]])("%d of at most %d has shade %d", (n, most, step) =>
  expect(shade(n, most)).toBe(step),
);

describe("addresses of the API", () => {
  test("carry the filter, and a square only where one is picked", () => {
    expect(incidentCountsUrl("outcome", filter)).toBe("/v1/incidents/counts?weeks=2019-04-24%2F2019-05-22&by=outcome");
    expect(incidentsUrl({ ...filter, range: null, square: 12 }, "x")).toBe("/v1/incidents?square=12&limit=20&after=x");
    expect(incidentTilesUrl("http://x", "incidents", { ...filter, range: null })).toBe("http://x/v1/tiles/incidents/{z}/{x}/{y}.mvt");
  });

  test("are not asked where nothing is chosen", () => {
    expect(asksNothing(filter)).toBe(false);
    expect(asksNothing({ ...filter, categories: [] })).toBe(true);
    expect(asksNothing({ ...filter, classes: [] })).toBe(true);
  });
});

describe("the map's style", () => {
  const drawing: IncidentDrawing = {
    palette: LIGHT,
    squareTiles: "http://x/s",
    pointTiles: "http://x/p",
    boundaries: { type: "FeatureCollection", features: [] },
    weeks: 4,
    drawn: "harm",
    selected: null,
  };
  const text = (d: IncidentDrawing, ids: string[]) => JSON.stringify(incidentStyle(d).layers.filter((l) => ids.includes(l.id)));

  test("draws one category, never the other and never a sum", () => {
    const counted = ["incidents", INCIDENT_SQUARES, "incident-squares-line"];
    expect(text(drawing, counted)).not.toContain("nuisance");
    expect(text({ ...drawing, drawn: "nuisance" }, counted)).not.toContain("harm");
    expect(text(drawing, counted)).not.toContain('"+"');
  });

  test("asks for the same tiles whichever is drawn, and keeps its layers and sources", () => {
    const [one, other] = [incidentStyle(drawing), incidentStyle({ ...drawing, drawn: null, palette: DARK, selected: 5 })];
    expect(other.sources).toEqual(one.sources);
    expect(other.layers.map((l) => l.id)).toEqual(one.layers.map((l) => l.id));
  });
});
