import { expect, test } from "vitest";
import { entriesUrl, type Key, keyState, needsSource } from "./contract";

const key: Key = {
  id: "a",
  roles: ["sender"],
  purpose: "line",
  created: "2026-11-01",
  expires: "2027-06-01",
  revoked: null,
  lastUsed: null,
  good: true,
};

test("a key is good, expired or revoked", () => {
  expect(keyState(key)).toBe("good");
  expect(keyState({ ...key, good: false })).toBe("expired");
  expect(keyState({ ...key, good: false, revoked: "2026-11-02" })).toBe("revoked");
});

test("who sends needs a source", () => {
  expect((["sender", "crew", "planner", "police", "steward"] as const).filter(needsSource)).toEqual(["sender", "crew"]);
});

test("the log is read from the latest entry on, then before one", () => {
  expect(entriesUrl()).toBe("/v1/audit?limit=20");
  expect(entriesUrl(41)).toBe("/v1/audit?limit=20&before=41");
});
