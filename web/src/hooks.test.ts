import { expect, test } from "vitest";
import { asTrouble, problemOf, signInAddress } from "./hooks";

test("a sign-in comes back to where one was", () => {
  expect(signInAddress({ pathname: "/staff/incidents/", search: "?weeks=a/b&drawn=harm" })).toBe(
    "/staff/sign-in?to=%2Fstaff%2Fincidents%2F%3Fweeks%3Da%2Fb%26drawn%3Dharm",
  );
});

test("a problem is told in the server's words, or in ours where it has none", async () => {
  const said = new Response(JSON.stringify({ title: "Forbidden", detail: "this is for police", status: 403 }), { status: 403 });
  expect(await problemOf(said)).toEqual({ title: "Forbidden", detail: "this is for police", status: 403 });
  expect(await problemOf(new Response("<html>", { status: 502 }))).toEqual({
    title: "The server answered 502",
    detail: "It gave no reason.",
    status: 502,
  });
  expect(asTrouble(new TypeError("Failed to fetch")).title).toBe("The server did not answer");
});
