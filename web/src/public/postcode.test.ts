import { expect, test } from "vitest";
import { findPostcode, normalPostcode } from "./postcode";

test.each([
  ["ls11 5aa", "LS11 5AA"],
  ["  LS115AA ", "LS11 5AA"],
  ["l s 1 1 5 a a", "LS11 5AA"],
  ["M1 1AE", "M1 1AE"],
  ["ec1a1bb", "EC1A 1BB"],
  ["LS11", null],
  ["LS11 5A", null],
  ["5AA LS11", null],
  ["", null],
])("'%s' is %s", (typed, postcode) => expect(normalPostcode(typed)).toBe(postcode));

test("one on the list has a place, others a sentence", () => {
  const list = { "LS11 5AA": [-1.55, 53.78] as [number, number] };
  expect(findPostcode(list, "ls11 5aa")).toEqual({ postcode: "LS11 5AA", at: [-1.55, 53.78] });
  expect(findPostcode(list, "LS11 5AB")).toMatchObject({ trouble: expect.stringContaining("LS11 5AB is not on this page’s list") });
  expect(findPostcode(list, "constructor")).toMatchObject({ trouble: expect.stringContaining("not a whole postcode") });
});
