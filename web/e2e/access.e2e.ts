// What axe can find: light and dark, at every width, folded and unfolded. And pictures for people.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, open, openStaff } from "./browser";
import { THEMES, unfold, wrongAtWidths } from "./looks";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each(THEMES)("in %s", (colorScheme) => {
  test("the staff page has no finding and does not scroll sideways", async () => {
    const { page } = await openStaff(browser, "", { colorScheme });
    expect(await wrongAtWidths(page)).toEqual([]);
    await page.locator(".place").first().click();
    await page.locator(".square tbody").first().waitFor();
    await unfold(page);
    expect(await wrongAtWidths(page)).toEqual([]);
    await page.context().close();
  });

  test("the public page has no finding and does not scroll sideways", async () => {
    const { page } = await open(browser, "/", { colorScheme });
    expect(await wrongAtWidths(page)).toEqual([]);
    await page.context().close();
  });
});

const PICTURES = [
  { file: "staff-light.png", width: 1440, height: 900, colorScheme: "light" as const },
  { file: "staff-dark.png", width: 1440, height: 900, colorScheme: "dark" as const },
  { file: "staff-phone.png", width: 390, height: 844, colorScheme: "light" as const },
];

test.runIf(process.env["SCREENSHOTS"] === "1").each(PICTURES)("picture $file", async (p) => {
  const options = { colorScheme: p.colorScheme, viewport: { width: p.width, height: p.height } };
  const { page } = await openStaff(browser, "", options);
  await page.screenshot({ path: new URL(`../docs/${p.file}`, import.meta.url).pathname });
  await page.context().close();
});
