// A broken file, from its choice to the mended rows, by mouse and by keyboard, its numbers held against the API.
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Counts, Scheme } from "../src/api";
import type { Import } from "../src/import/contract";
import { addDays } from "../src/weeks";
import { BASE, type Faults, get, json, launch, open, PLANNER, POLICE, settled } from "./browser";
import { THEMES, unfold, wrongAtWidths } from "./looks";
import { workbook } from "./workbook";

const there = (await get("/v1/imports")).status !== 404;
if (!there) console.warn(`SKIPPED: ${BASE} takes no files in (GET /v1/imports answers 404), so the page that sends them is not tested.`);

const SOURCE = "browser-test";
const HEAD = "X pos,Latitude,When,Ref,Needles,Crew leader";
const AGAINST = { name: "crew week.csv", mimeType: "text/csv" };

let browser: Browser;
let page: Page;
let faults: Faults;
let scheme: Scheme;
let refs: string[] = [];

beforeAll(async () => {
  browser = await launch();
  scheme = await json<Scheme>("/v1/scheme");
});
afterAll(() => browser.close());

afterEach(async () => {
  await forget();
  if (!page) return;
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors).toEqual([]);
  await page.context().close();
});

// Other tests count what is in the store: what was sent here goes again, the files too.
async function forget(): Promise<void> {
  const headers = { Cookie: `demo=${PLANNER}` };
  for (const ref of refs.splice(0)) await fetch(`${BASE}/v1/pickups/${SOURCE}/${ref}`, { method: "DELETE", headers });
  if (!there) return;
  const { imports } = await json<{ imports: Import[] }>("/v1/imports");
  for (const { id } of imports) await fetch(`${BASE}/v1/imports/${id}`, { method: "DELETE", headers });
}

async function start(address = "", options: BrowserContextOptions = {}, role = PLANNER): Promise<void> {
  ({ page, faults } = await open(browser, `/staff/import/${address}`, options, role));
}

/** A day on which there are records, and of which nobody can tell whether day or month comes first. */
function unclearDay(): string {
  let day = addDays(scheme.weeks?.end ?? "", -1);
  while (Number(day.slice(8)) > 12) day = addDays(day, -1);
  return `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
}

/** Five rows: two good ones, one without a place, and two that no one can read. */
function broken(): string {
  const day = unclearDay();
  refs = [1, 2, 3, 4, 5].map((n) => `${crypto.randomUUID()}-${n}`);
  const row = (x: string, lat: string, when: string, needles: number, n: number) => [x, lat, when, refs[n], needles, "A. Smith"].join(",");
  const rows = [
    row("-2.4101", "54.7151", day, 2, 0),
    row("-2.4122", "54.7162", day, 1, 1),
    row("-2.4093", "99.7143", day, 3, 2),
    row("-2.4084", "54.7144", "yesterday", 5, 3),
    row("", "", day, 4, 4),
  ];
  return `${HEAD}\n${rows.join("\n")}\n`;
}

async function choose(text: string): Promise<void> {
  await page.setInputFiles("input[type=file]", { ...AGAINST, buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Send the file" }).click();
  await page.getByRole("heading", { name: `What is in ${AGAINST.name}?` }).waitFor();
}

/** Waits until the first rows are those of the latest choices. */
async function understood(): Promise<void> {
  await page.locator('.understood[aria-busy="false"]').waitFor();
}

async function mapColumns(): Promise<void> {
  await page.getByLabel("Longitude").selectOption("X pos");
  await page.getByLabel("Date", { exact: true }).selectOption("When");
  await page.getByLabel("Order of day and month").selectOption("dmy");
  await page.getByRole("textbox", { name: "Source" }).fill(SOURCE);
  await understood();
}

async function importAll(): Promise<string> {
  await page.getByRole("button", { name: "Start the import" }).click();
  await page.getByRole("button", { name: "Import another file" }).waitFor();
  return plain(await page.locator("#step-title").innerText());
}

const plain = (text: string) => text.replaceAll("\u00a0", " ");
const totals = async () => (await json<Counts>("/v1/counts?by=kind")).total;

describe.runIf(there)("a broken file", () => {
  test("is mapped, its refusals are seen and mended, and everything is stored once", async () => {
    const before = await totals();
    await start();
    const file = broken();
    await choose(file);
    expect(await page.locator(".understood").innerText()).toContain("No row can be read yet.");
    await mapColumns();
    expect(plain(await page.locator(".found").innerText())).toBe("Of the file's 5 rows 3 can be stored (1 without a usable place) and 2 would be refused.");
    expect(await page.locator("#field-lat-help").innerText()).toContain("1 row is refused");
    expect(await page.locator("#field-at-help").innerText()).toContain("yesterday");
    expect(await page.locator(".understood").innerText()).toContain("Nothing is kept of: Crew leader.");
    expect(await totals()).toEqual(before);
    expect(await importAll()).toBe("5 rows: 3 added, 2 refused, 1 without a usable place");
    expect(await added(before)).toEqual({ items: 7, visits: 3 });

    const refused = await download("Refused rows");
    expect(refused.trim().split(/\r?\n/)).toEqual([HEAD, ...file.split("\n").slice(3, 5)]);
    expect((await download("Reasons")).trim().split(/\r?\n/)).toHaveLength(3);
    expect(await page.locator(".reasons li").count()).toBe(2);
    await page.getByRole("button", { name: "Send the mended file" }).click();
    await choose(refused.replace("99.7143", "54.7143").replace("yesterday", unclearDay()));
    await understood();
    expect(await page.getByLabel("Longitude").inputValue()).toBe("X pos");
    expect(await importAll()).toBe("2 rows: 2 added, none refused");
    expect(await added(before)).toEqual({ items: 15, visits: 5 });

    await page.getByRole("button", { name: "Import another file" }).click();
    await choose(file);
    await mapColumns();
    expect(await importAll()).toBe("5 rows: 0 added, 3 there already, 2 refused, 1 without a usable place");
    expect(await added(before)).toEqual({ items: 15, visits: 5 });
  });

  async function added(before: Counts["total"]): Promise<Counts["total"]> {
    const now = await totals();
    return { items: now.items - before.items, visits: now.visits - before.visits };
  }

  async function download(name: string): Promise<string> {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    return readFile(await file.path(), "utf8");
  }

  test("goes the whole way by keyboard alone, and the focus goes along", async () => {
    await start();
    await page.locator(".drop").waitFor();
    const chooser = page.waitForEvent("filechooser");
    await press("Choose a file");
    await (await chooser).setFiles({ ...AGAINST, buffer: Buffer.from(broken()) });
    await press("Send the file");
    await focused("#step-title");
    for (const [id, value] of [["field-lon", "X pos"], ["field-at", "When"], ["whole-dates", "day first"]] as const) {
      await tabTo(`#${id}`);
      await page.keyboard.type(value);
    }
    await tabTo("#whole-source");
    await page.keyboard.type(SOURCE);
    await understood();
    await press("Row 2 on the map");
    expect(await page.locator(".row-table .marked th").innerText()).toBe("2");
    await press("Start the import");
    await page.getByRole("button", { name: "Send the mended file" }).waitFor();
    await focused("#step-title");
    await press("Send the mended file");
    await focused("#step-title");
    expect(await page.locator("#step-title").innerText()).toBe("The mended file");
  });

  const focused = (selector: string) => page.waitForFunction((s) => document.activeElement?.matches(s), selector);

  async function tabTo(selector: string): Promise<void> {
    await page.locator(selector).first().waitFor();
    for (let i = 0; i < 120; i++) {
      if (await page.locator(selector).first().evaluate((e) => e === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`no way to ${selector} by keyboard`);
  }

  async function press(name: string): Promise<void> {
    const button = page.getByRole("button", { name }).first();
    await button.waitFor();
    for (let i = 0; i < 120 && !(await button.evaluate((e) => e === document.activeElement)); i++) await page.keyboard.press("Tab");
    expect(await button.evaluate((e) => e === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
  }
});

test.runIf(there)("of a workbook a sheet is chosen, and in which coordinate system its places are", async () => {
  const day = addDays(scheme.weeks?.end ?? "", -1);
  refs = [`${crypto.randomUUID()}-1`, `${crypto.randomUUID()}-2`];
  const crew = [["Date", "x", "y", "Ref", "Needles"], [day, 373_600, 535_800, refs[0] ?? "", 2], [day, 373_700, 535_900, refs[1] ?? "", 1]];
  await start();
  await page.locator(".drop").waitFor();
  expect(await page.locator("#drop-help").innerText()).toContain("an Excel workbook (.xlsx) or CSV");
  const file = workbook({ Notes: [["Written by", "Week"], ["A. Smith", 3]], Crew: crew });
  await page.setInputFiles("input[type=file]", { name: "crew.xlsx", mimeType: "application/octet-stream", buffer: file });
  await page.getByRole("button", { name: "Send the file" }).click();
  await page.getByLabel("Sheet").selectOption("Crew");
  await understood();
  expect(await page.locator(".understood").innerText()).toContain("No row can be read yet.");
  await page.getByText("More: the coordinate system").click();
  await page.getByLabel("Coordinate system", { exact: true }).selectOption("EPSG:27700");
  await page.getByRole("textbox", { name: "Source" }).fill(SOURCE);
  await page.locator(".found").waitFor();
  await understood();
  expect(plain(await page.locator(".found").innerText())).toBe("Of the file's 2 rows 2 can be stored and none would be refused.");
  await page.reload();
  await page.locator(".found").waitFor();
  expect(await page.getByLabel("Sheet").inputValue()).toBe("Crew");
  const left = async (name: string) => (await page.getByRole("heading", { name, exact: true }).boundingBox())?.x;
  expect(await left("Columns")).toBe(await left("What to read"));
  expect(await importAll()).toBe("2 rows: 2 added, none refused");
});

describe.runIf(there)("nothing is lost", () => {
  test("by a reload: the file and the choices are still there", async () => {
    await start();
    await choose(broken());
    await mapColumns();
    const before = await page.locator(".found").innerText();
    await page.reload();
    await page.locator(".found").waitFor();
    expect(await page.locator(".found").innerText()).toBe(before);
    expect(await page.getByLabel("Date", { exact: true }).inputValue()).toBe("When");
    expect(await page.getByRole("textbox", { name: "Source" }).inputValue()).toBe(SOURCE);
  });

  test("by a connection that drops while the rows are stored", async () => {
    await start();
    await choose(broken());
    await mapColumns();
    let drops = 1;
    await page.route("**/events", (route) => (drops-- > 0 ? route.abort() : route.continue()));
    expect(await importAll()).toContain("5 rows: 3 added");
    expect(drops).toBeLessThan(1);
    faults.errors = []; // the dropped connection
  });

  test("by a file that is let go on its way", async () => {
    await start();
    await page.route("**/v1/imports?*", () => undefined); // never answered
    await page.setInputFiles("input[type=file]", { ...AGAINST, buffer: Buffer.from(broken()) });
    await page.getByRole("button", { name: "Send the file" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await page.locator(".drop").innerText()).toContain(AGAINST.name);
    await page.unroute("**/v1/imports?*");
    await page.getByRole("button", { name: "Send the file" }).click();
    await page.locator(".field-row").first().waitFor();
  });
});

describe.runIf(there)("the page", () => {
  test("takes a file that is dropped anywhere on it, and one at a time", async () => {
    await start();
    await page.locator(".drop").waitFor();
    const drop = (names: string[]) =>
      page.evaluate((all) => {
        const data = new DataTransfer();
        for (const name of all) data.items.add(new File(["a,b\n1,2\n"], name));
        document.querySelector("h1")?.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      }, names);
    await drop(["a.csv", "b.csv"]);
    await page.getByText("One file at a time").waitFor();
    expect(await page.getByRole("button", { name: "Send the file" }).isDisabled()).toBe(true);
    await drop(["a.csv"]);
    await page.getByText("a.csv, 8").waitFor();
    expect(await page.getByRole("button", { name: "Send the file" }).isDisabled()).toBe(false);
  });

  test("lists what was sent, deletes it when asked twice, and says so of an address that is gone", async () => {
    await start();
    await choose(broken());
    const address = page.url().slice(BASE.length + "/staff/import/".length);
    await page.getByRole("button", { name: `Delete ${AGAINST.name}` }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByRole("heading", { name: "Which file?" }).waitFor();
    await page.getByText("None in the last seven days.").waitFor();
    await page.goto(`${BASE}/staff/import/${address}`);
    await page.getByText("This import is not here.").waitFor();
    faults.errors = []; // Chromium writes a line for the 404
  });

  test("asks the police for incidents, and nobody what they may not send", async () => {
    await start("", {}, POLICE);
    await page.getByText("A file of incidents").waitFor();
    expect(await page.getByRole("radio").count()).toBe(0);
  });
});

test.runIf(there).each(THEMES)("in %s axe has no finding in any step, and nothing is off the side", async (colorScheme) => {
  await start("", { colorScheme });
  await page.getByText("None in the last seven days.").waitFor();
  await checked();
  await choose(broken());
  await checked();
  await mapColumns();
  await settled(page);
  await checked();
  await importAll();
  await checked();
  await page.getByRole("button", { name: `Delete ${AGAINST.name}` }).click();
  await checked();
}, 180_000);

async function checked(): Promise<void> {
  await unfold(page);
  expect(await wrongAtWidths(page)).toEqual([]);
}
