// A map of streets beneath ours: from the server's own file for staff, from another server for the public page alone.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BASE, type Faults, launch, open, type Opening, PLANNER, POLICE, settled } from "./browser";
import { THEMES, wrongAtWidths } from "./looks";

/** A server with a file of made-up streets beneath staff pages, and an address of https://maps.example beneath the public one. */
const MAPPED = process.env["BASEMAP_URL"] ?? "";
const ELSEWHERE = "https://maps.example";

/** A picture of one grey dot, as any size of tile. */
const GREY = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

let browser: Browser;
let page: Page;
let asked: string[];
let faults: Faults;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  await page.context().close();
  expect(faults.errors).toEqual([]);
});

async function start(path: string, { at = MAPPED, ...options }: Opening = {}, role = PLANNER): Promise<void> {
  ({ page, faults, asked } = await open(browser, path, { at, ...options }, role));
  await settled(page);
}

const credit = () => page.locator(".maplibregl-ctrl-attrib");
const picture = () => page.locator(".map canvas").first().screenshot();

describe.skipIf(!MAPPED)("staff pages", () => {
  test.each([
    ["/staff/", PLANNER],
    ["/staff/incidents/", POLICE],
    ["/staff/rounds/?start=-2.4132,54.7138&minutes=60", PLANNER],
  ])("%s has streets beneath, from the server alone, and says whom they are by", async (path, role) => {
    await start(path, {}, role);
    await credit().getByText("Made-up streets").waitFor();
    await settled(page);
    expect(asked.filter((url) => url.startsWith("/basemap/")).length).toBeGreaterThan(1);
    expect(faults.elsewhere).toEqual([]);
    const streets = await picture();
    await page.context().close();
    await start(path, { at: BASE }, role);
    expect(await credit().count()).toBe(0);
    expect(asked.filter((url) => url.includes("/basemap/"))).toEqual([]);
    expect((await picture()).equals(streets)).toBe(false);
  });

  test("streets that do not arrive are told of, and take nothing away", async () => {
    await start("/staff/", { before: (p) => p.route("**/basemap/*", (route) => route.fulfill({ status: 500, body: "" })) });
    await credit().getByText("The map of streets could not be loaded").waitFor();
    expect(await page.locator(".map-trouble").count()).toBe(0);
    expect(await page.locator(".legend").isVisible()).toBe(true);
    faults.errors = []; // Chromium writes a line for the 500
  });

  test("the streets go dark and light with the page", async () => {
    await start("/staff/", { colorScheme: "light" });
    await credit().waitFor();
    await settled(page);
    const light = await picture();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator('.map-pane[data-theme="dark"]').waitFor();
    await settled(page);
    expect((await picture()).equals(light)).toBe(false);
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator('.map-pane[data-theme="light"]').waitFor();
    await settled(page);
    expect((await picture()).equals(light)).toBe(true);
  });

  test("a style of the same origin is drawn, with its credit and without its pictures", async () => {
    const source = { type: "geojson", attribution: "<b>The town's</b> own map", data: { type: "LineString", coordinates: [[-2.5, 54.7], [-2.3, 54.73]] } };
    const layers = [
      { id: "a", source: "s", type: "line", paint: { "line-width": 9, "line-color": "#008000" } },
      { id: "b", source: "s", type: "symbol", layout: { "icon-image": "shop" } },
    ];
    await start("/staff/", {
      before: async (p) => {
        await p.route(`${MAPPED}/streets.json`, (route) => route.fulfill({ json: { version: 8, sources: { s: source }, layers } }));
        await p.route(`${MAPPED}/staff/`, async (route) => {
          const answer = await route.fetch();
          const body = (await answer.text()).replace(/(<meta name="basemap" content=")[^"]*/, "$1{&quot;style&quot;:&quot;/streets.json&quot;}");
          await route.fulfill({ response: answer, body });
        });
      },
    });
    await credit().getByText("The town's own map").waitFor();
    expect(asked.filter((url) => url.includes("/basemap/"))).toEqual([]);
  });

  test.each(THEMES)("in %s axe finds nothing", async (colorScheme) => {
    await start("/staff/", { colorScheme });
    await credit().waitFor();
    expect(await wrongAtWidths(page)).toEqual([]);
  });
});

describe.skipIf(!MAPPED)("the public page", () => {
  test("asks one other server for pictures of streets, and for nothing else", async () => {
    const sent: Record<string, string>[] = [];
    await start("/", {
      before: (p) =>
        p.route(`${ELSEWHERE}/**`, (route) => {
          sent.push(route.request().headers());
          return route.fulfill({ body: GREY, contentType: "image/png", headers: { "Access-Control-Allow-Origin": "*" } });
        }),
    });
    await credit().getByText("Made-up streets").waitFor();
    await settled(page);
    expect(faults.elsewhere.length).toBeGreaterThan(3);
    for (const url of faults.elsewhere) expect(url).toMatch(/^https:\/\/maps\.example\/\d+\/\d+\/\d+\.png$/);
    for (const headers of sent) expect([headers["referer"], headers["cookie"]]).toEqual([undefined, undefined]);
    const refused = await page.evaluate(() => fetch("https://other.example/").then(() => "answered", () => "refused"));
    expect(refused).toBe("refused");
    expect(faults.elsewhere.filter((url) => url.includes("other.example"))).toEqual([]);
    faults.errors = []; // Chromium writes what the policy refused
  });

  test("another server that is away takes nothing away", async () => {
    await start("/", { before: (p) => p.route(`${ELSEWHERE}/**`, (route) => route.abort()) });
    await credit().getByText("The map of streets could not be loaded").waitFor();
    expect(await page.locator(".map canvas").isVisible()).toBe(true);
    faults.errors = []; // Chromium writes a line for each
  });
});
