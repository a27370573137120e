// The crews' form on a phone: with a network, without one, and with a bad one. What it stores is deleted again.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Counts } from "../src/api";
import { BASE, json, launch, PLANNER } from "./browser";
import { THEMES, unfold, wrongAtWidths } from "./looks";

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  geolocation: { longitude: -2.41, latitude: 54.715, accuracy: 8 },
  permissions: ["geolocation"],
};

let browser: Browser;
let context: BrowserContext;
let page: Page;
let before: Counts;
const refs = new Set<string>();

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  before = await json<Counts>("/v1/counts?by=kind");
});
// Other tests count the last weeks that have pickups: what was sent here goes again.
afterEach(async () => {
  await context.close();
  for (const ref of refs) {
    const answer = await fetch(`${BASE}/v1/pickups/crew/${ref}`, { method: "DELETE", headers: { Cookie: `demo=${PLANNER}` } });
    expect([204, 404]).toContain(answer.status);
  }
  refs.clear();
});

async function start(options: BrowserContextOptions = PHONE): Promise<void> {
  context = await browser.newContext(options);
  await context.addCookies([{ name: "demo", value: "role=crew", url: BASE }]);
  page = await context.newPage();
  page.on("request", (request) => {
    const sent = request.method() === "POST" && request.url().endsWith("/v1/pickups") ? (request.postDataJSON() as { ref: string }[]) : [];
    for (const { ref } of sent) refs.add(ref);
  });
  await page.goto(`${BASE}/staff/crew/`);
  await page.locator(".counter").first().waitFor();
}

/** Once the page's files are kept, it opens without a network. */
const ready = () => page.locator('[data-offline="true"]').waitFor();
const waiting = (n: number) => page.locator(`.outbox[data-waiting="${n}"]`).waitFor();
const save = () => page.getByRole("button", { name: /ave the visit$/ });

async function needles(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await page.getByRole("button", { name: "One more: Needles" }).tap();
}

async function added(): Promise<[items: number, visits: number]> {
  const after = await json<Counts>("/v1/counts?by=kind");
  return [after.total.items - before.total.items, after.total.visits - before.total.visits];
}

test("three visits taken without a network arrive once each when it is back", async () => {
  await start();
  await ready();
  await context.setOffline(true);
  await needles(2);
  await save().tap();
  await waiting(1);
  await page.reload(); // without a network
  await page.locator(".counter").first().waitFor();
  await waiting(1);
  await save().tap(); // nothing found: one tap
  await page.getByText(/^Saved: a visit with nothing found/).waitFor();
  await needles(1);
  await save().tap();
  await waiting(3);
  expect(await added()).toEqual([0, 0]);
  await context.setOffline(false);
  await waiting(0);
  await page.getByText("3 visits stored").waitFor();
  expect(await added()).toEqual([3, 3]);
  expect(refs.size).toBe(3);
  await page.reload();
  await waiting(0);
  expect(await added()).toEqual([3, 3]);
});

test("a visit whose answer was lost is stored once, and a server that is busy is asked again", async () => {
  await start();
  await ready();
  let network: "loses the answer" | "is busy" | "works" = "loses the answer";
  await page.route("**/v1/pickups", async (route) => {
    if (network === "is busy") return route.fulfill({ status: 503, body: "{}" });
    if (network === "works") return route.continue();
    await route.fetch();
    await route.abort();
  });
  const kept = page.locator(".outbox").getByText(/They are kept on this phone/);
  await needles(1);
  await save().tap();
  await kept.waitFor();
  const lost = await kept.innerText();
  network = "is busy";
  await page.getByRole("button", { name: "Send now" }).tap();
  await kept.filter({ hasNotText: lost }).waitFor();
  await waiting(1);
  network = "works";
  await page.evaluate(() => dispatchEvent(new Event("online"))); // it would try again by itself, after a pause
  await waiting(0);
  expect(await added()).toEqual([1, 1]);
});

test("what the server does not take is shown with why and what to do, and is mended", async () => {
  await start();
  await page.route("**/v1/pickups", async (route) => {
    const [pickup] = route.request().postDataJSON() as Record<string, unknown>[];
    await route.continue({ postData: JSON.stringify([{ ...pickup, at: "2199-01-01T10:00:00Z" }]) });
  });
  await needles(4);
  await save().tap();
  await page.getByRole("heading", { name: "One visit was not taken" }).waitFor();
  expect(await page.locator(".refused li").innerText()).toMatch(/Needles: 4.*\n[\s\S]*at: [\s\S]*clock of the phone/);
  await page.unroute("**/v1/pickups");
  await page.getByRole("button", { name: "Put it back into the form" }).tap();
  await save().tap();
  await page.locator(".refused").waitFor({ state: "detached" });
  await waiting(0);
  expect(await added()).toEqual([4, 1]);
});

test("signed out it says how many wait and nothing of them; who saved them signs in, and they are sent", async () => {
  await start();
  await ready();
  await context.setOffline(true);
  await needles(2);
  await save().tap();
  await waiting(1);
  await context.clearCookies();
  await context.setOffline(false);
  await page.getByText("You are signed out.").waitFor();
  expect(await page.locator(".outbox").innerText()).not.toMatch(/Needles|54\.7/);
  expect(await added()).toEqual([0, 0]);
  await context.addCookies([{ name: "demo", value: "role=crew", url: BASE }]);
  await page.reload();
  await waiting(0);
  expect(await added()).toEqual([2, 1]);
});

test("only the page's own files are kept beside the visits", async () => {
  await start();
  await ready();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const urls = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)));
    return urls.flat();
  });
  expect(kept.length).toBeGreaterThan(4);
  for (const path of kept) expect(path).toMatch(/^\/staff\/(crew\/|assets\/)/);
});

test.each(THEMES)("in %s axe finds nothing, and nothing is off the side", async (colorScheme) => {
  await start({ ...PHONE, colorScheme });
  await unfold(page);
  expect(await wrongAtWidths(page)).toEqual([]);
});
