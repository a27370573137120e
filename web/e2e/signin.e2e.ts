// Signing in with a provider of identities, as people do it. The Go test TestSignInInABrowser starts the provider, which
// takes everyone who comes for the next person of its list: a planner, an officer, and someone without a role.
import { type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BASE, launch, open, settled } from "./browser";

const PROVIDER = process.env["PROVIDER"] ?? "";

describe.runIf(PROVIDER)("signing in", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  test("a planner comes by the provider to the page they asked for, and out again", async () => {
    const { page, faults } = await open(browser, "/staff/?kinds=needle", {}, "");
    expect(new URL(page.url()).search).toContain("kinds=needle");
    await settled(page);
    expect(faults.elsewhere.every((url) => new URL(url).host === PROVIDER)).toBe(true);
    expect(await page.locator(".top").innerText()).toContain("Officer cleansing-planners");
    const [cookie] = (await page.context().cookies(BASE)).filter((c) => c.name === "session");
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(await page.evaluate(async () => (await fetch("/v1/incidents")).status)).toBe(403);

    const me = async () => (await fetch(`${BASE}/v1/me`, { headers: { Cookie: `session=${cookie?.value}` } })).status;
    expect(await me()).toBe(200);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/staff/"));
    // The cookie of before is dead, also in the hands of someone who copied it.
    expect(await me()).toBe(401);
    await page.context().close();
  });

  test("an officer says why, and then sees incidents", async () => {
    const { page } = await open(browser, "/staff/incidents/", {}, "");
    const look = () => page.evaluate(async () => (await fetch("/v1/incidents?limit=1")).status);
    expect(await look()).toBe(403);
    const said = await page.evaluate(
      async () => (await fetch("/v1/me/reason", { method: "PUT", body: '{"why":"tasking 12"}', headers: { "Content-Type": "application/json" } })).status,
    );
    expect(said).toBe(204);
    expect(await look()).toBe(200);
    await page.context().close();
  });

  test("someone without a role is told so and gets nothing", async () => {
    const { page } = await open(browser, "/staff/", {}, "");
    expect(await page.locator("body").innerText()).toMatch(/role/);
    expect(await page.evaluate(async () => (await fetch("/v1/me")).status)).toBe(401);
    await page.context().close();
  });
});
