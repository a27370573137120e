import { describe, expect, test } from "vitest";
import { scheme } from "../fixture";
import { foundText, isRough, pickupOf, placeText, readPlace } from "./pickup";

const stamp = { ref: "a", at: "2026-11-24T09:15:00Z" };

describe("a pickup", () => {
  test("holds every kind, those of which none was found too", () => {
    const pickup = pickupOf(scheme.kinds, { needle: 2 }, { lon: -1.5, lat: 53.7, accuracyM: 11.6 }, stamp);
    expect(pickup).toEqual({ source: "crew", ...stamp, lon: -1.5, lat: 53.7, accuracyM: 12, found: { needle: 2, condom_used: 0 } });
  });

  test("with a typed place says nothing of its accuracy", () => {
    expect(pickupOf(scheme.kinds, {}, { lon: 0, lat: 0, accuracyM: null }, stamp)).not.toHaveProperty("accuracyM");
  });
});

describe("a typed place", () => {
  test.each([
    ["-1.55", "53.79", { lon: -1.55, lat: 53.79, accuracyM: null }],
    [" 0 ", "-12,5", { lon: 0, lat: -12.5, accuracyM: null }],
  ])("%s %s", (lon, lat, place) => expect(readPlace(lon, lat)).toEqual(place));

  test.each([
    ["", "53", /longitude/],
    ["181", "53", /longitude/],
    ["1", "91", /latitude/],
    ["1", "north", /latitude/],
  ])("%s %s is refused", (lon, lat, why) => expect(readPlace(lon, lat)).toMatch(why));
});

test("what is said of it", () => {
  expect(placeText({ lon: -2.4058, lat: 54.71282, accuracyM: 12.2 })).toBe("latitude 54.71282, longitude −2.40580, within 12\u00a0metres");
  expect(placeText({ lon: 1, lat: 2, accuracyM: null })).toMatch(/as typed$/);
  expect(foundText(scheme.kinds, {})).toBe("a visit with nothing found");
  expect(foundText(scheme.kinds, { needle: 2, condom_used: 1 })).toBe("Needles: 2 and Condoms, used: 1");
  expect(isRough({ lon: 0, lat: 0, accuracyM: 31 })).toBe(true);
  expect(isRough({ lon: 0, lat: 0, accuracyM: null })).toBe(false);
});
