// What every page is looked over by: the rules of axe, and whether it fits its screen, in the colours and widths that pages are made for.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { settled } from "./browser";

export const WIDTHS = [320, 768, 1440];
export const THEMES = ["light", "dark"] as const;

/** What axe finds, with where. */
export async function findings(page: Page): Promise<string[]> {
  // "Legacy" leaves out frames of other origins, of which there are none, and takes a third of the time.
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode(true).analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`);
}

/** How far the page can be scrolled sideways. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What axe finds at each width, where something is off the side, and what `more` finds: nothing, on a page that is as it should be. */
export async function wrongAtWidths(page: Page, more?: (page: Page) => Promise<string[]>): Promise<string[]> {
  const wrong: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    if (await page.locator("[data-map]").count()) await settled(page);
    for (const finding of [...(await findings(page)), ...((await more?.(page)) ?? [])]) wrong.push(`at ${width} px ${finding}`);
    const over = await overhang(page);
    if (over > 0) wrong.push(`at ${width} px ${over} px are off the side`);
  }
  return wrong;
}

/** Opens all that can be unfolded. */
export function unfold(page: Page): Promise<void> {
  return page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
}
