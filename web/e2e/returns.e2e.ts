// The stewards' form of returns. What it does to the server: figures for the earliest period that is offered.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Returns } from "../src/steward/returns/contract";
import { BASE, type Faults, launch, open } from "./browser";
import { THEMES, wrongAtWidths } from "./looks";

const STEWARD = "role=steward";
const FORM = "/staff/steward/?part=returns";

let browser: Browser;
let page: Page;
let faults: Faults;
/** what the browser says of an answer that refuses */
let refusals = 0;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors.filter((text) => !text.includes("422"))).toEqual([]);
  expect(faults.errors).toHaveLength(refusals);
  refusals = 0;
  await page.context().close();
});

async function start(more = "", options: BrowserContextOptions = {}): Promise<void> {
  ({ page, faults } = await open(browser, FORM + more, options, STEWARD));
  await page.locator("form.returns").first().waitFor();
}

/** The form of the earliest period. */
async function startEarliest(): Promise<string> {
  await start();
  const choice = page.getByRole("combobox", { name: "Reporting period" });
  const values = await choice.locator("option").evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value));
  const period = values.at(-1) ?? "";
  await choice.selectOption(period);
  await page.waitForFunction((p) => location.search.includes(p), period);
  await page.locator("form.returns").first().waitFor();
  return period;
}

async function returned(period: string): Promise<Returns> {
  const answer = await fetch(`${BASE}/v1/returns?period=${period}`, { headers: { Cookie: `demo=${STEWARD}` } });
  return (await answer.json()) as Returns;
}

const police = () => page.getByRole("region", { name: "Police: the reporting period" });
const cohort = () => page.getByRole("region", { name: "Police: a cohort by date" });

test.each(THEMES)("in %s axe has no finding, and nothing is off the side", async (colorScheme) => {
  await start("", { colorScheme });
  await police().getByLabel("Official warnings").fill("many");
  await police().getByRole("button").click();
  await police().getByText("in digits alone").waitFor();
  expect(await wrongAtWidths(page)).toEqual([]);
});

test("figures are returned, corrected and taken back by keyboard", async () => {
  const period = await startEarliest();
  const field = police().getByLabel("Official warnings");
  const write = async (text: string) => {
    await field.focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };
  const stands = async () => (await returned(period)).returns.find((r) => r.measure === "official_warnings")?.value;
  const was = (await stands()) ?? 0;
  const steps: [number | undefined, RegExp][] = [
    [was + 1, /1 figure added|1 corrected/],
    [was + 2, /1 corrected/],
    [was + 2, /Nothing was other/],
    [undefined, /taken back/],
    [was + 3, /1 figure added/],
  ];
  for (const [value, words] of steps) {
    await write(value === undefined ? "" : String(value));
    await police().getByRole("status").filter({ hasText: words }).waitFor();
    await expect.poll(stands).toBe(value);
  }
  const rows = page.getByRole("region", { name: "Table of returns" }).getByRole("row").filter({ hasText: "Official warnings" });
  await expect.poll(() => rows.first().innerText()).toContain(`\t${was + 3}\t`);
  expect(await rows.nth(1).innerText()).toContain("taken back");
});

test("a part above its whole is said beside it, and nothing is stored", async () => {
  const period = await startEarliest();
  const before = await returned(period);
  await cohort().getByLabel("First day").fill("2019-01-01");
  await cohort().getByLabel("Last day").fill("2019-03-31");
  await cohort().getByLabel("Purchasers given a conditional caution").fill("5");
  await cohort().getByLabel("Attended the appointment").fill("6");
  await cohort().getByRole("button").click();
  refusals = 1;
  const field = cohort().getByLabel("Attended the appointment");
  await cohort().getByRole("alert").filter({ hasText: "Nothing was stored" }).waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  const about = (await field.getAttribute("aria-describedby"))?.split(" ")[0] ?? "";
  expect(await page.locator(`[id="${about}"]`).innerText()).toContain("can't be above diversion_cautions");
  expect(await returned(period)).toEqual(before);
});

test("a cohort waits for its days", async () => {
  await startEarliest();
  await cohort().getByLabel("First day").fill("2019-04-01");
  await cohort().getByLabel("Last day").fill("2019-03-31");
  expect(await cohort().getByRole("button").isDisabled()).toBe(true);
  await cohort().getByLabel("Last day").fill("2019-04-01");
  expect(await cohort().getByRole("button").isDisabled()).toBe(false);
});

test("a range has a field for the least and one for the most", async () => {
  await start();
  const range = page.getByRole("group", { name: "People engaged each month" });
  expect(await range.getByRole("textbox").count()).toBe(2);
  expect(await range.getByLabel("most").count()).toBe(1);
});
