// The first five minutes: a store with a scheme and nothing else. It is a server of its own, EMPTY_URL, since what is put in here stays.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launch, open } from "./browser";
import { findings, overhang } from "./looks";

const EMPTY = process.env["EMPTY_URL"] ?? "";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(() => page.context().close());

async function start(path: string, role: string, width = 1440): Promise<void> {
  ({ page } = await open(browser, path, { at: EMPTY, viewport: { width, height: 900 } }, role));
}

const square = (x: number) => [[[x, 54.7], [x + 0.01, 54.7], [x + 0.01, 54.71], [x, 54.71], [x, 54.7]]];

/** Two made-up areas, of which a property "use" says what they are. */
function areas(): string {
  const features = [
    { type: "Feature", properties: { id: "a", use: "M" }, geometry: { type: "Polygon", coordinates: square(-2.42) } },
    { type: "Feature", properties: { id: "b", use: "R2" }, geometry: { type: "Polygon", coordinates: square(-2.4) } },
  ];
  return JSON.stringify({ type: "FeatureCollection", features });
}

const file = (content: string) => ({ name: "areas.geojson", mimeType: "application/geo+json", buffer: Buffer.from(content) });

describe.skipIf(!EMPTY)("an empty store", () => {
  test.each([320, 1440])("greets with what to do, one click away, at %i px", async (width) => {
    await start("/staff/", "role=planner", width);
    await page.getByRole("heading", { name: "Nothing to show yet" }).waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await overhang(page)).toBe(0);
    expect(await page.getByRole("link", { name: "Be the steward" }).getAttribute("href")).toContain("/staff/steward/");
    await page.getByRole("link", { name: "Import a file", exact: true }).last().click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/staff/import/");
  });

  test("a steward sees what areas would change, and only then puts them in force", async () => {
    await start("/staff/steward/", "role=steward", 768);
    const put = page.getByRole("button", { name: "Put it in force" });
    await page.getByLabel("File of areas").setInputFiles(file(areas()));
    await page.getByLabel("First day in force").fill("2026-01-07");
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/Nothing was changed\.[\s\S]*"class"/);
    await page.getByText("Which property says what").click();
    await page.getByLabel("Property that decides the class").fill("use");
    await page.getByLabel(/^Values that mean Managed area/).fill("M");
    await page.getByLabel(/^Values that mean Residential/).fill("R1, R2");
    await page.getByRole("button", { name: "Show what would change" }).click();
    await put.waitFor();
    expect(await page.locator(".changes").innerText()).toMatch(/0\svisits would change class[\s\S]*Managed area 1, Residential 1, Non-residential 0/);
    expect(await findings(page)).toEqual([]);
    await page.getByLabel(/^Values that mean Residential/).fill("R2"); // what was seen is of another question now
    await put.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Show what would change" }).click();
    await put.click();
    await page.getByText("Version 1 is in force from Wed 7 Jan 2026.").waitFor();
    await page.getByRole("region", { name: "Table of boundary versions" }).waitFor();
    await page.goto(`${EMPTY}/staff/sign-in`);
    await page.context().addCookies([{ name: "demo", value: "role=planner", url: EMPTY }]);
    await page.goto(`${EMPTY}/staff/`);
    await page.getByText("One thing is left to do").waitFor();
  });
});
