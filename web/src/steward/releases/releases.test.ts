import { describe, expect, test } from "vitest";
import { DARK, LIGHT } from "../../map/palette";
import { hiddenText, stepsOf, VIOLETS } from "./bands";
import { editionUrl, releaseUrl, type Signed } from "./contract";
import { draft, edition, square } from "./fixture";
import { DRAFT_SQUARES, publicStyle, truthStyle } from "./map-style";
import { REASON_LENGTH, reasonLine } from "./reason";
import { boundsOf, centreOf, densityCuts, densityLabels, densityOf, listed, numberPoints, polygons, sideM, squareNamed } from "./squares";
import { nodeWords, rowsOf } from "./report";
import { familyTable } from "./tables";
import { cantSeal, cantSign, draftSentence, notAsSealed, opensWords, policySentences, publicWords, reasonOf, squareSentences, squaresSentence } from "./words";

const signed = (more: Partial<Signed> = {}): Signed => ({ name: "A", at: "2019-07-01T10:00:00Z", current: true, yours: false, ...more });
const leak = { rule: "subtraction", passed: false, text: "It leaks.", details: ["square E 0 N 0"] };

test("the tree of contacts is rows, each before its parts, and says what a number stands for", () => {
  const other = { id: "", title: "other", text: "17", stands_for: [{ id: "a", title: "Nobody sent" }, { id: "b", title: "Not related" }] };
  const line = { id: "all", title: "Contacts", text: "70", of_which: [{ id: "p", title: "Person identified", text: "53", of_which: [{ id: "s", title: "Spoken to", text: "53" }] }, other] };
  expect(rowsOf(line).map(({ node, depth }) => `${depth} ${nodeWords(node)} ${node.text}`)).toEqual([
    "0 Contacts 70",
    "1 Person identified 53",
    "2 Spoken to 53",
    "1 Others, in one number: Nobody sent; Not related 17",
  ]);
});

describe("where a draft stands", () => {
  test.each([
    [{}, "Nobody has signed this draft yet; two people must.", null, "two signatures for this draft are missing"],
    [{ signatures: [signed()] }, "One person has signed this draft; another must.", null, "one signature for this draft is missing"],
    [{ signatures: [signed({ yours: true })] }, "another must", "You have signed", "one signature for this draft is missing"],
    [{ signatures: [signed({ yours: true, current: false })] }, "Nobody has signed this draft yet", null, "two signatures"],
    [{ signatures: [signed(), signed()] }, "it can't be sealed yet", null, "the server says that it is not ready"],
    [{ signatures: [signed(), signed()], ready: true }, "it can be sealed", null, null],
    [{ findings: [leak] }, "A rule is broken", "breaks a rule", "a rule is broken and two signatures"],
    [{ findings: [leak, leak], signatures: [signed(), signed()] }, "2 rules are broken", "breaks a rule", "can't be sealed: a rule is broken."],
  ])("%j", (patch, sentence, noSign, noSeal) => {
    const now = { ...draft, ...patch };
    expect(draftSentence(now)).toContain(sentence);
    if (noSign) expect(cantSign(now)).toContain(noSign);
    else expect(cantSign(now)).toBeNull();
    if (noSeal) expect(cantSeal(now)).toContain(noSeal);
    else expect(cantSeal(now)).toBeNull();
  });
});

test("the day on which a period opens is told until it is sealed", () => {
  const line = { from: "2019-04-24", to: "2019-05-22", opens: "2019-06-19", signatures: 0, manifest_sha256: "" };
  expect(opensWords({ ...line, state: "waiting" })).toBe("Wed 19 Jun 2019");
  expect(opensWords({ ...line, state: "open" })).toBe("Wed 19 Jun 2019");
  expect(opensWords({ ...line, state: "sealed" })).toBe("–");
});

describe("a square", () => {
  const hot = square("E 0 N 0 · 250 m", 250, { items: 41, days: 9, most_in_a_day: 8, band: 2 });
  const few = square("E 250 N 0 · 500 m", 500, { items: 1, days: 1, most_in_a_day: 1, why: "fewer than 10 items." });
  const none = square("E 0 N 500 · 1000 m", 1000, { why: "none" });

  test("says what was found, and what the public is told", () => {
    expect(squareSentences(hot, edition)).toEqual([
      "41\u00a0items on 9\u00a0days, at most 8 in one day.",
      "The public sees: 25 or more items for each 250\u00a0m × 250\u00a0m.",
    ]);
    expect(squareSentences(few, edition)).toEqual(["1\u00a0item on 1\u00a0day, at most 1 in one day.", "Not shown to the public: fewer than 10 items."]);
    expect(squareSentences(none, edition)[0]).toBe("Nothing was found here.");
    expect(publicWords({ ...hot, band: 3 }, edition)).toBe("band 3");
  });

  test("is measured by its outline", () => {
    expect([hot, few, none].map(sideM)).toEqual([250, 500, 1000]);
    expect(densityOf({ ...hot, ring: few.ring })).toBeCloseTo(41 / 4);
    // At 54° north a degree of longitude is shorter.
    const d = 250 / 111_320;
    const north = { ...hot, ring: [[-2, 54.7], [-2 + d / Math.cos((54.7 * Math.PI) / 180), 54.7]] as [number, number][] };
    expect(sideM(north)).toBe(250);
  });

  test("is listed by its items, where it is asked for", () => {
    const all = [none, few, hot];
    expect(listed(all, "found")).toEqual([hot, few]);
    expect(listed(all, "shown")).toEqual([hot]);
    expect(listed(all, "hidden")).toEqual([few]);
    expect(all).toEqual([none, few, hot]);
    expect(squaresSentence(all)).toBe("1 of 3\u00a0squares is shown. They hold 41 of 42\u00a0items.");
  });

  test("is found by its name in a text, the longest that fits", () => {
    const [one, other] = [square("N 0 · 250 m", 250), square("E 0 N 0 · 250 m", 250)];
    expect(squareNamed("square E 0 N 0 · 250 m: at least 3", [one, other])).toBe(other);
    expect(squareNamed("table, week from 2019-04-24", [one, other])).toBeUndefined();
  });

  test("is drawn with its id, and its number only where something was found", () => {
    const drawn = polygons([none, few, hot]);
    expect(drawn.features.map((f) => [f.id, f.properties.band])).toEqual([[0, 0], [1, 0], [2, 2]]);
    expect(numberPoints([none, few, hot]).features.map((f) => f.properties.items)).toEqual([1, 41]);
    expect(centreOf(hot)[0]).toBeCloseTo(125 / 111_320);
    expect(boundsOf([])).toBeNull();
    expect(boundsOf([hot, none])?.[2]).toBeCloseTo(1000 / 111_320);
  });
});

describe("colours", () => {
  test("of bands go by where they begin, merged or not", () => {
    expect(stepsOf(edition)).toEqual([
      { band: 1, text: "under 25", step: 0 },
      { band: 2, text: "25 or more", step: 1 },
    ]);
    const high = { ...edition, map: { ...edition.map, legend: [{ band: 1, text: "75 or more", from: 75 }] } };
    expect(stepsOf(high)).toEqual([{ band: 1, text: "75 or more", step: 2 }]);
    expect(hiddenText(high)).toContain("not shown");
    expect(hiddenText(edition)).toBe("not shown");
  });

  test("of the truth are those of the staff map, in the public's unit", () => {
    expect(densityCuts(4)).toEqual([1, 6, 12, 24, 48]);
    expect(densityLabels([1, 6, 12])).toEqual(["under 6", "6 to under 12", "12 or more"]);
  });
});

describe("the maps", () => {
  const common = { palette: LIGHT, squares: polygons([square("a", 250)]), boundaries: { type: "FeatureCollection" as const, features: [] }, selected: 0 };
  const publicMap = publicStyle({ ...common, steps: stepsOf(edition) });
  const truth = truthStyle({ ...common, numbers: numberPoints([]), cuts: [1, 6, 12, 24, 48] });

  test("ask nothing of anyone: no tiles, glyphs or sprites", () => {
    for (const { sources, glyphs, sprite } of [publicMap, truth]) {
      expect(Object.values(sources).every((s) => s.type === "geojson")).toBe(true);
      expect([glyphs, sprite]).toEqual([undefined, undefined]);
    }
  });

  test("the public's has bands and no number, and leaves what is hidden empty", () => {
    const text = JSON.stringify(publicMap.layers);
    expect(text).not.toContain('"items"');
    expect(text).not.toContain('"density"');
    expect(text).toContain(JSON.stringify(["case", ["==", ["get", "band"], 1], VIOLETS.light[0], ["==", ["get", "band"], 2], VIOLETS.light[1], VIOLETS.light[0]]));
    expect(publicMap.layers.find((l) => l.id === "squares-some")).toMatchObject({ filter: [">", ["get", "band"], 0] });
  });

  test("that of the truth has the staff ramp and every number", () => {
    const [a, b, c, d, e] = LIGHT.ramp;
    expect(JSON.stringify(truth.layers)).toContain(JSON.stringify(["step", ["get", "density"], a, 6, b, 12, c, 24, d, 48, e]));
    expect(truth.layers.at(-1)?.id).toBe("numbers");
  });

  test("keep their layers whatever is drawn, and have one in which a click looks", () => {
    const ids = (layers: { id: string }[]) => layers.map((l) => l.id);
    const dark = publicStyle({ ...common, palette: DARK, selected: -1, steps: [] });
    expect(ids(dark.layers)).toEqual(ids(publicMap.layers));
    for (const { layers } of [publicMap, truth]) expect(ids(layers)).toContain(DRAFT_SQUARES);
  });
});

test("published numbers stand by week and class, and what is missing is empty", () => {
  const needles = familyTable(edition, "needles");
  expect(needles.rows).toEqual([
    { week: "2019-04-24", figures: ["", "fewer than 10"] },
    { week: "2019-05-01", figures: ["35", ""] },
  ]);
  expect(needles.total).toBeNull();
  expect(familyTable(edition, "condoms").total).toBe("125");
  const bare = { ...edition, tables: { classes: null, families: null, rows: null, totals: null } };
  expect(familyTable(bare, "needles")).toEqual({ classes: [], rows: [{ week: "2019-04-24", figures: [] }, { week: "2019-05-01", figures: [] }], total: null });
});

test("the rule by which squares are shown is told, and where it is weaker than it should be", () => {
  expect(policySentences(edition.policy)).toEqual([
    "A square is shown with at least 10\u00a0items, found on at least 3\u00a0days, of which no day has more than 50\u00a0%.",
  ]);
  expect(policySentences({ ...edition.policy, override: ["min_items", "cuts"] })[1]).toContain("on purpose: min items and cuts.");
});

test("a refusal is told in the server's own sentence, a fault with its title", () => {
  const trouble = { title: "Conflict", detail: "The draft is another by now." };
  expect(reasonOf({ ...trouble, status: 409 })).toBe("The draft is another by now.");
  expect(reasonOf({ ...trouble, status: 500 })).toBe("Conflict. The draft is another by now.");
  expect(notAsSealed(1)).toBe("1\u00a0thing is not as it was sealed.");
  expect(notAsSealed(2)).toBe("2\u00a0things are not as they were sealed.");
});

test("a reason is sent as one line", () => {
  expect(reasonLine("  The wrong\n boundary\tstood. ")).toBe("The wrong boundary stood.");
  expect(reasonLine(" a \n b \n c \n").length).toBeLessThan(REASON_LENGTH.min);
});

test("addresses name the period", () => {
  expect(releaseUrl("2019-04-24", "seal")).toBe("/v1/releases/2019-04-24/seal");
  expect(editionUrl("2019-04-24")).toBe("/public/2019-04-24/");
});
