// The reports, as someone reads one.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Faults, json, launch, open, PLANNER } from "./browser";
import { THEMES, wrongAtWidths } from "./looks";

interface ReportJson {
  period: { from: string };
  cleansing: { kinds: { title: string }[]; total: { items: number[] } };
  dedicated_line: { n: number };
}

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

/** Opens the report of the last period that is over, by keyboard alone. */
async function openReport(width: number, colorScheme: "light" | "dark"): Promise<void> {
  ({ page, faults } = await open(browser, "/staff/reports/", { viewport: { width, height: 900 }, colorScheme }, PLANNER));
  const read = page.locator(".reports tbody tr").filter({ hasNotText: "not final" }).first().getByText("Read");
  await read.focus();
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: "monitoring report" }).waitFor();
}

test.each(THEMES)("in %s the report has no finding of axe, and nothing is off the side", async (colorScheme) => {
  await openReport(1440, colorScheme);
  expect(await wrongAtWidths(page)).toEqual([]);
});

test("the page says what the numbers say", async () => {
  await openReport(1200, "light");
  const period = new URL(page.url()).pathname.split("/").pop();
  const report = await json<ReportJson>(`/v1/reports/${period}`);
  const text = await page.locator("main").innerText();
  expect(text).toContain("Staff data, not for publication");
  const sums = await page.locator(".weeks tr.sum").allInnerTexts();
  const totals = sums.map((row) => Number(row.split(/\s+/).pop()?.replaceAll(",", "")));
  expect(totals).toEqual(report.cleansing.total.items);
  const all = await page.locator("tr", { hasText: "All contacts" }).innerText();
  expect(Number(all.split(/\s+/)[2]?.replaceAll(",", ""))).toBe(report.dedicated_line.n);
});
