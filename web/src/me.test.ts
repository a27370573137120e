import { describe, expect, test } from "vitest";
import { condomsHidden, elsewhere, mayOpen, pagesFor, PAGES, readsScheme, type Role, roleTitles } from "./me";

describe("pages by role", () => {
  test.each<[Role[], string[]]>([
    [["planner"], ["map", "rounds", "incidents", "import", "reports"]],
    [["police"], ["map", "incidents", "import", "reports"]],
    [["steward"], ["steward", "reports"]],
    [["crew"], ["crew"]],
    [["sender"], []],
    [["crew", "planner"], ["map", "rounds", "incidents", "import", "reports", "crew"]],
  ])("%s opens %s", (roles, ids) => {
    expect(pagesFor(roles).map((p) => p.id)).toEqual(ids);
    for (const page of PAGES) expect(mayOpen(page.id, roles)).toBe(ids.includes(page.id));
  });

  test.each<[Role[], string | null]>([
    [["planner"], null],
    [["steward"], "/staff/steward/"],
    [["crew"], "/staff/crew/"],
    [["crew", "police"], null],
    [["sender"], null],
  ])("%s goes from the map's page to %s", (roles, path) => expect(elsewhere("map", roles)).toBe(path));

  test("nobody is sent on from another page: it says whose it is", () => expect(elsewhere("steward", ["crew"])).toBe(null));
});

test("senders alone read no scheme", () => {
  expect(readsScheme(["sender"])).toBe(false);
  expect(readsScheme(["sender", "crew"])).toBe(true);
});

test("condoms are hidden from the police alone", () => {
  expect(condomsHidden(["police"], ["needles"])).toBe(true);
  expect(condomsHidden(["police"], ["needles", "condoms"])).toBe(false);
  expect(condomsHidden(["planner", "police"], ["needles"])).toBe(false);
  expect(condomsHidden(["planner"], ["needles"])).toBe(false);
});

test("roles as words", () => expect(roleTitles(["planner", "police"])).toEqual(["cleansing planner", "police"]));
