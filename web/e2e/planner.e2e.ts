// A planner's way from four weeks to a round on paper, by mouse and by keyboard alone. It changes nothing on the server.
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Counts } from "../src/api";
import type { Displacement, Hotspots } from "../src/plan/contract";
import { BASE, type Faults, get, json, launch, open, openStaff, POLICE, settled, tabTo } from "./browser";
import { findings, THEMES, wrongAtWidths } from "./looks";

let browser: Browser;
let page: Page;
let faults: Faults;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors).toEqual([]);
  await page.context().close();
});

const chance = () => page.getByRole("region", { name: "More than chance" });
const mark = () => chance().getByRole("checkbox");
const stops = () => page.getByRole("region", { name: "Table of stops" }).locator("tbody tr");

async function start(address = "", options: BrowserContextOptions = {}): Promise<void> {
  ({ page, faults } = await openStaff(browser, address, options));
}

/** What the server says is hot in the weeks that the page is about. */
async function hot(): Promise<Hotspots> {
  const plan = await chance().getByRole("link", { name: /Plan a round/ }).getAttribute("href");
  return json<Hotspots>(`/v1/hotspots?${plan?.split("?")[1]}&value=items&limit=20`);
}

/** Each of the places that are listed says why. */
async function sayWhy(count: number): Promise<void> {
  const places = chance().getByRole("listitem");
  expect(await places.count()).toBe(count);
  for (const text of (await places.allInnerTexts()).slice(0, 3)) {
    expect(text).toMatch(/more than chance would put there \(q [<=] 0\.\d+\); by single weeks hot in \d+ of 26/);
  }
}

test("by mouse: four weeks, three hotspots and why, a round, on paper", async () => {
  await start();
  await page.getByRole("button", { name: "Last 4 weeks" }).click();
  await mark().check();
  await settled(page);
  const answer = await hot();
  expect(answer.hot).toBeGreaterThan(2);
  await expect.poll(() => chance().innerText()).toContain(answer.sentence);
  await sayWhy(Math.min(answer.hot, 20));
  await chance().getByRole("button").first().click();
  await page.locator(".hot .marked").waitFor();

  await chance().getByRole("link", { name: /Plan a round/ }).click();
  await page.getByRole("heading", { level: 1, name: "Plan a round" }).waitFor();
  await page.getByRole("button", { name: "Plan the round" }).click();
  expect(await page.getByRole("alert").innerText()).toContain("no start yet");
  await page.waitForSelector('[data-map="idle"]');
  await page.getByRole("radio", { name: "the start" }).check();
  await page.locator(".maplibregl-canvas").click({ position: { x: 400, y: 330 } });
  await page.getByRole("button", { name: "Plan the round" }).click();
  await stops().first().waitFor();
  expect(await stops().count()).toBeGreaterThan(2);
  await onPaper();
});

test("by keyboard alone: the same, by Tab, Space, Enter and typing", async () => {
  await start();
  await tabTo(page, mark());
  await page.keyboard.press("Space");
  await chance().getByRole("listitem").first().waitFor();
  await settled(page);
  await sayWhy(await chance().getByRole("listitem").count());
  await tabTo(page, chance().getByRole("listitem").first().getByRole("button"));
  await page.keyboard.press("Enter");
  await page.locator(".hot .marked").waitFor();
  await tabTo(page, chance().getByRole("link", { name: /Plan a round/ }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: /Start and end/ }));
  await page.keyboard.type("54.7138, -2.4132");
  await tabTo(page, page.getByRole("button", { name: "Plan the round" }));
  await page.keyboard.press("Enter");
  await stops().first().waitFor();
  expect(new URL(page.url()).searchParams.get("start")).toBe("-2.4132,54.7138");
  await page.evaluate(() => (window.print = () => document.body.setAttribute("data-printed", "")));
  await tabTo(page, page.getByRole("button", { name: "Print", exact: true }));
  await page.keyboard.press("Enter");
  await page.locator("body[data-printed]").waitFor();
  await onPaper();
});

/** The round as it is printed: two sheets at most, with who may see it, who printed it, the map and the stops. */
async function onPaper(): Promise<void> {
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".print-mark").innerText()).toMatch(/Staff only, not for publication.*Printed by Demonstration, cleansing planner/);
  expect(await page.locator(".maplibregl-canvas").isVisible()).toBe(true);
  expect(await page.getByRole("button", { name: "Plan the round" }).isVisible()).toBe(false);
  const sheets = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type \/Page\b/g) ?? [];
  expect([1, 2]).toContain(sheets.length);
}

test("a place that must be visited is, and one that can't be is named with why", async () => {
  const must = "-2.412,54.7145,07:30,Mill Lane school|-2.2,54.72,07:00,Far school";
  ({ page, faults } = await open(browser, `/staff/rounds/?start=-2.4132,54.7138&minutes=120&must=${encodeURIComponent(must)}`));
  await stops().first().waitFor();
  expect(await stops().filter({ hasText: "Mill Lane school" }).count()).toBe(1);
  expect(await page.locator(".trouble li").allInnerTexts()).toEqual([expect.stringMatching(/^Far school: /)]);
});

test("another period stands beside on a map that moves along, each with its own number", async () => {
  await start("?weeks=2026-09-30/2026-10-28");
  await page.getByLabel("Second map").selectOption({ label: "same weeks a year before" });
  const captions = page.locator(".one-sheet figcaption");
  await captions.first().waitFor();
  await settled(page);
  for (const [i, weeks] of ["2025-10-01/2025-10-29", "2026-09-30/2026-10-28"].entries()) {
    const { total } = await json<Counts>(`/v1/counts?weeks=${weeks}`);
    expect(await captions.nth(i).innerText()).toMatch(new RegExp(`: ${total.items}\\sitems$`));
  }
  const scales = page.locator(".maplibregl-ctrl-scale");
  await page.getByRole("region", { name: "Map of the period beside" }).getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(async () => new Set(await scales.allInnerTexts()).size).toBe(1);
  await expect.poll(() => new URL(page.url()).hash).not.toBe("");
  expect(await findings(page)).toEqual([]);
  await page.getByLabel("Second map").selectOption("");
  await captions.first().waitFor({ state: "detached" });
});

test("what is chosen goes along as files that say who took them", async () => {
  await start("?kinds=needle");
  await page.getByText("Take these numbers along").click();
  const what = page.locator(".exports select").first();
  for (const [id, format, begins] of [["squares", "csv", "\ufeffsquare,"], ["locations", "xlsx", "PK"], ["pickups", "gpkg", "SQLite format 3"], ["areas", "geojson", "{"]] as const) {
    await what.selectOption(id);
    await page.locator(".exports select").last().selectOption(format);
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`^${id}.*\\.${format}$`));
    const content = await readFile(await file.path(), "utf8");
    expect(content.startsWith(begins)).toBe(true);
    if (format === "csv") expect(content).toContain("OFFICIAL – staff only; scheme: Millbeck; data: made up");
  }
  expect(await what.locator("option").count()).toBe(5);
});

test("bins and a change say the server's sentences", async () => {
  ({ page, faults } = await open(browser, "/staff/rounds/?part=bins&n=3"));
  await page.getByRole("region", { name: "Table of sites" }).waitFor();
  expect(await page.getByRole("region", { name: "Table of sites" }).locator("tbody tr").count()).toBe(3);
  await page.getByRole("link", { name: "Before and after a change" }).click();
  await page.getByLabel("Day of the change").fill("2026-01-07");
  await page.getByLabel("Where").selectOption({ index: 1 });
  await page.getByRole("heading", { name: "What it did" }).waitFor();
  const area = new URL(page.url()).searchParams.get("area") ?? "";
  const { sentence } = await json<Displacement>(`/v1/displacement?date=2026-01-07&weeks=26&buffer=250&area=${area}`);
  await expect.poll(() => page.getByRole("region", { name: "What it did" }).innerText()).toContain(sentence);
});

test("the police see scores of their kinds, and no plans", async () => {
  ({ page, faults } = await open(browser, "/staff/?scores=items", {}, POLICE));
  await settled(page);
  await expect.poll(() => chance().innerText()).toContain("needles");
  expect(await chance().innerText()).not.toMatch(/visit/);
  expect(await chance().getByRole("link", { name: /Plan a round/ }).count()).toBe(0);
  await page.getByText("Take these numbers along").click();
  expect(await page.locator(".exports select").first().locator("option").allInnerTexts()).not.toContain("Single pickups");
  for (const path of ["/v1/forecast", "/v1/bins", "/v1/displacement?date=2026-01-07&area=M-001", "/v1/hotspots?value=per_visit", "/v1/hotspots?kinds=condom_used"]) {
    const answer = await fetch(BASE + path, { headers: { Cookie: `demo=${POLICE}` } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
  expect((await get("/v1/forecast")).status).toBe(200);
});

test.each(THEMES)("in %s axe finds nothing, and nothing scrolls sideways", async (colorScheme) => {
  await start("?scores=items", { colorScheme });
  await chance().getByRole("listitem").first().waitFor();
  expect(await wrongAtWidths(page)).toEqual([]);
  for (const part of ["start=-2.4132,54.7138&minutes=60", "part=bins", "part=change&changed=2026-01-07&area=M-001"]) {
    await page.goto(`${BASE}/staff/rounds/?${part}`);
    await page.locator(".plan .part table").waitFor();
    expect(await wrongAtWidths(page)).toEqual([]);
  }
}, 180_000);
