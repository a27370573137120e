// What every page is looked over by: the rules of axe, and whether it fits its screen, in the colours and widths that pages are made for.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";

const WIDTHS = [320, 768, 1440];
const THEMES = ["light", "dark"] as const;
export const SCREENS = THEMES.flatMap((colorScheme) => WIDTHS.map((width) => ({ colorScheme, width })));

/** What axe finds, with where. */
export async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`);
}

/** How far the page can be scrolled sideways. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
