// What the police bring to a tasking meeting: ranked places, apart, with why; by mouse and by keyboard; and one sheet of paper.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { IncidentPlaces, Response } from "../src/incidents/contract";
import { BASE, type Faults, launch, open, PLANNER, POLICE, settled, tabTo } from "./browser";
import { THEMES, wrongAtWidths } from "./looks";

const PAGE = "/staff/incidents/?weeks=2026-04-01/2026-11-18";

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

const nuisance = () => page.getByRole("list", { name: "Places with most reports of nuisance" });

async function start(options: BrowserContextOptions = {}): Promise<void> {
  ({ page, faults } = await open(browser, PAGE, options, POLICE));
  await nuisance().getByRole("listitem").first().waitFor();
  await settled(page);
}

async function asPolice<T>(path: string): Promise<T> {
  return (await (await fetch(BASE + path, { headers: { Cookie: `demo=${POLICE}` } })).json()) as T;
}

test("by mouse: ten places at most, harm and nuisance apart, each with why; a pick goes to the map", async () => {
  await start();
  const places = await asPolice<IncidentPlaces>("/v1/incidents/places?weeks=2026-04-01/2026-11-18&category=nuisance");
  const rows = nuisance().getByRole("listitem");
  expect(await rows.count()).toBe(places.rows.length);
  expect(places.rows.length).toBeLessThanOrEqual(10);
  expect((await rows.allInnerTexts()).map((text, i) => text.includes(places.rows[i]?.why ?? "-"))).not.toContain(false);
  const harm = page.getByRole("region", { name: "Where most reports are" });
  expect(await harm.innerText()).toMatch(/reports? of harm at (a )?known place/);
  await rows.first().getByRole("button").click();
  await page.locator(".places .marked").waitFor();
  await page.getByText(/^Only/).waitFor();
  expect(new URL(page.url()).searchParams.get("square")).toContain(String(places.rows[0]?.square.id));
});

test("by keyboard: a place is picked and let go", async () => {
  await start();
  await tabTo(page, nuisance().getByRole("button").first());
  await page.keyboard.press("Enter");
  await page.locator(".places .marked").waitFor();
  await page.keyboard.press("Home");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, page.getByRole("button", { name: "All squares" }));
  await page.keyboard.press("Enter");
  await page.locator(".places .marked").waitFor({ state: "detached" });
});

test("how long it took is the server's, these weeks beside those before", async () => {
  await start();
  const response = await asPolice<Response>("/v1/incidents/response?weeks=2026-04-01/2026-11-18");
  const table = page.locator('.response[data-side="nuisance"]');
  await expect.poll(() => table.locator("tbody tr").first().locator("td").first().innerText()).toBe(response.nuisance.now.reports.toLocaleString("en-GB"));
  expect(await table.locator("tbody tr").nth(2).locator("td").first().innerText()).toBe(String(response.nuisance.now.medianMinutes));
});

test("the pack is one sheet of A4 that says how to keep it and who printed it", async () => {
  await start();
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".print-mark").innerText()).toMatch(/OFFICIAL-SENSITIVE.*Printed by Demonstration, police, .*2\d{3}/);
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.toString("latin1").match(/\/Type \/Page\b/g)).toHaveLength(1);
});

test("a planner gets neither places nor times", async () => {
  ({ page, faults } = await open(browser, PAGE, {}, PLANNER));
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await page.getByRole("heading", { name: "Where most reports are" }).count()).toBe(0);
  for (const path of ["/v1/incidents/places?category=nuisance", "/v1/incidents/response"]) {
    const answer = await fetch(BASE + path, { headers: { Cookie: `demo=${PLANNER}` } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

test.each(THEMES)("in %s axe finds nothing, and nothing is off the side", async (colorScheme) => {
  await start({ colorScheme });
  expect(await wrongAtWidths(page)).toEqual([]);
});
