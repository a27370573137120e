// The residents' page as the program serves it, over the editions of the sample: by mouse, by keyboard alone, without a script.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { BASE, type Faults, launch, open } from "./browser";
import { THEMES, wrongAtWidths } from "./looks";

let browser: Browser;
let page: Page;
let faults: Faults;
let asked: string[];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors).toEqual([]);
  await page.context().close();
});

const atRest = () => page.waitForSelector('[data-map="idle"]');
const answer = async () => (await page.locator(".answer.is-given").innerText()).replaceAll("\u00a0", " ");

async function start(): Promise<void> {
  ({ page, faults, asked } = await open(browser, "/", {}, ""));
  await atRest();
}

test("without a script there are tables, and every download is there", async () => {
  ({ page, faults } = await open(browser, "/", { javaScriptEnabled: false }, ""));
  expect(await page.getByRole("main").innerText()).toMatch(/crews removed about.\d/);
  expect(await page.locator("table").count()).toBeGreaterThanOrEqual(2);
  expect(await page.locator("td").first().innerText()).toMatch(/^(fewer than 10|\d*[05])$/);
  expect(await page.locator('a[href*="staff"], a[href*="v1/"]').count()).toBe(0);
  const links = await page.locator('a[href^="public/"]').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(links.length).toBeGreaterThan(15);
  for (const link of links) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
});

test("by mouse: a click on the managed area says where it is and what the map says of it", async () => {
  await start();
  const box = await page.locator(".map canvas").boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  expect(await answer()).toMatch(/This place is .*(crews removed|is not shown|off the map)/s);
  expect(asked.every((path) => !/[?]|v1|staff/.test(path))).toBe(true);
});

test("by keyboard alone: the map, the cross-hair, the answer, the postcode", async () => {
  await start();
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement?.matches("canvas"))); i++) await page.keyboard.press("Tab");
  for (const key of ["Shift+ArrowDown", "ArrowRight", "Enter"]) await page.keyboard.press(key);
  expect(await answer()).toMatch(/This place is /);
  const codes = (await (await fetch(`${BASE}/public/postcodes.json`)).json()) as Record<string, [number, number]>;
  const code = Object.keys(codes)[0] ?? "";
  for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement?.matches("#postcode"))); i++) await page.keyboard.press("Shift+Tab");
  await page.keyboard.type(code.toLowerCase().replace(" ", ""));
  await page.keyboard.press("Enter");
  await expect.poll(answer).toMatch(new RegExp(`The middle of ${code} is .*in a residential place`));
});

test("the first load, with the map and its worker, is under 450 kB as it is sent", async () => {
  await start();
  const sent = await page.evaluate(() =>
    performance.getEntries().filter((e) => e instanceof PerformanceResourceTiming).map(({ name, transferSize }) => ({ name: name.replace(/^.*\//, ""), transferSize })),
  );
  // What a browser has no size for would be a hole in the sum. A worker's file is the page's, so it is there twice and sent once.
  expect(sent.filter(({ name }) => name.startsWith("maplibre-")).map(({ transferSize }) => transferSize > 0).sort()).toEqual([false, true]);
  expect(sent.filter(({ name, transferSize }) => transferSize === 0 && !name.startsWith("maplibre-"))).toEqual([]);
  expect(sent.reduce((sum, { transferSize }) => sum + transferSize, 0)).toBeLessThan(450_000);
});

test.each(THEMES)("in %s axe finds nothing, on a phone and on a desk", async (colorScheme) => {
  ({ page, faults } = await open(browser, "/", { colorScheme }, ""));
  await atRest();
  expect(await wrongAtWidths(page)).toEqual([]);
});

test("the edition's own page and the page on governance are plain, and axe finds nothing", async () => {
  const { editions } = (await (await fetch(`${BASE}/public/editions.json`)).json()) as { editions: { folder: string }[] };
  for (const path of [`/public/${editions[0]?.folder}/`, "/accessibility", "/governance"]) {
    ({ page, faults } = await open(browser, path, {}, ""));
    expect([path, ...(await wrongAtWidths(page))]).toEqual([path]);
    if (path !== "/accessibility") expect(await page.locator("main table").count()).toBeGreaterThan(2);
    if (path !== "/governance") await page.context().close();
  }
});
