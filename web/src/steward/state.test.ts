import { expect, test } from "vitest";
import { lookAt, STEWARD_ADDRESS, type StewardState } from "./state";

const { parse, format } = STEWARD_ADDRESS;
const care: StewardState = { part: "care", period: null, square: null, listed: "found", position: null };

test("an address without anything is the page as it was", () => {
  expect(parse("", "")).toEqual(care);
  expect(format(care)).toBe("");
});

test("what is looked at goes into the address and comes back", () => {
  const state: StewardState = {
    part: "releases",
    period: "2019-04-24",
    square: "E 250 N 0 · 250 m",
    listed: "hidden",
    position: { zoom: 14.5, lat: 53.8, lon: -1.55 },
  };
  const address = new URL(format(state), "http://x/staff/steward/");
  expect(parse(address.search, address.hash)).toEqual(state);
});

test("the period of returns is in the address", () => {
  const state: StewardState = { ...care, part: "returns", period: "2019-04-24" };
  expect(format(state)).toBe("?part=returns&period=2019-04-24");
  expect(parse(format(state), "")).toEqual(state);
  expect(format({ ...state, period: null })).toBe("?part=returns");
});

test("nonsense in an address is left out", () => {
  expect(parse("?part=all&period=april&squares=every", "#1/2")).toEqual(care);
  expect(parse("?part=releases&period=2019-04-24/../x", "").period).toBeNull();
});

test("another period is looked at from its start", () => {
  const before: StewardState = { ...care, part: "releases", period: "2019-04-24", square: "x", listed: "shown", position: { zoom: 1, lat: 2, lon: 3 } };
  expect(format({ ...before, ...lookAt("2019-05-22") })).toBe("?part=releases&period=2019-05-22");
  expect(format({ ...before, ...lookAt(null) })).toBe("?part=releases");
});
