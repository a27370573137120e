import { describe, expect, test } from "vitest";
import { asksNothing, countsUrl, filterParams, tilesUrl } from "./api";
import { scheme } from "./fixture";
import { filterOf, formatState, parseState, type State, toggle } from "./state";

const first: State = { range: null, kinds: null, classes: null, square: null, position: null };

describe("the address", () => {
  test("is empty where everything is as at first", () => {
    expect(formatState(first)).toBe("");
    expect(parseState("", "")).toEqual(first);
  });

  test.each<[string, Partial<State>]>([
    ["?weeks=2019-04-24/2019-05-22", { range: { from: "2019-04-24", to: "2019-05-22" } }],
    ["?kinds=needle,condom_used", { kinds: ["needle", "condom_used"] }],
    ["?kinds=", { kinds: [] }],
    ["?classes=managed", { classes: ["managed"] }],
    ["?square=123", { square: { id: 123, level: 0 } }],
    ["?square=123&level=3", { square: { id: 123, level: 3 } }],
    ["#14.20/53.79000/-1.53000", { position: { zoom: 14.2, lat: 53.79, lon: -1.53 } }],
  ])("%s there and back", (address, patch) => {
    const state = { ...first, ...patch };
    expect(formatState(state)).toBe(address);
    const [search = "", hash] = address.split("#");
    expect(parseState(search, hash ? `#${hash}` : "")).toEqual(state);
  });

  test("ids with odd letters survive", () => {
    const state = { ...first, kinds: ["a&b=c#d", "é"] };
    expect(parseState(formatState(state), "")).toEqual(state);
  });

  test.each(["?weeks=soon", "?square=-1", "?square=99999999999999999", "#99/0/0", "#a/b/c", "#1/2"])("%s is as if absent", (text) => {
    const parsed = text.startsWith("#") ? parseState("", text) : parseState(text, "");
    expect(parsed).toEqual(first);
  });
});

describe("the filter", () => {
  test("by default asks for the last four weeks and for everything", () => {
    expect(filterOf(first, scheme)).toEqual({ range: { from: "2019-04-24", to: "2019-05-22" }, kinds: null, classes: null });
  });

  test("drops what the scheme does not know", () => {
    const state = { ...first, kinds: ["needle", "spoon"], range: { from: "1999-01-01", to: "1999-01-08" } };
    expect(filterOf(state, scheme)).toMatchObject({ kinds: ["needle"], range: { from: "2019-04-24", to: "2019-05-22" } });
  });

  test("that names all is the filter that names none", () => {
    expect(filterOf({ ...first, kinds: ["condom_used", "needle"] }, scheme).kinds).toBeNull();
    expect(toggle(["a", "c"], ["a", "b", "c"], "b")).toBeNull();
    expect(toggle(null, ["a", "b", "c"], "b")).toEqual(["a", "c"]);
    expect(toggle(["a"], ["a", "b", "c"], "a")).toEqual([]);
  });

  test("is written alike on every route", () => {
    const filter = { range: { from: "2019-04-24", to: "2019-05-22" }, kinds: ["needle"], classes: null };
    expect(filterParams(filter).get("weeks")).toBe("2019-04-24/2019-05-22");
    expect(countsUrl("class", filter)).toBe("/v1/counts?weeks=2019-04-24%2F2019-05-22&kinds=needle&by=class");
    expect(tilesUrl("http://x", "hotspots", filter)).toBe("http://x/v1/tiles/hotspots/{z}/{x}/{y}.mvt?weeks=2019-04-24%2F2019-05-22&kinds=needle");
    expect(tilesUrl("http://x", "hotspots", { range: null, kinds: null, classes: null })).toBe("http://x/v1/tiles/hotspots/{z}/{x}/{y}.mvt");
  });

  test("with an empty list asks nothing", () => {
    expect(asksNothing({ range: null, kinds: [], classes: null })).toBe(true);
    expect(asksNothing({ range: null, kinds: null, classes: null })).toBe(false);
  });
});
