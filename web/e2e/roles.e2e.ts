// The staff pages as each role has them.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { IncidentCounts } from "../src/incidents/contract";
import { incidentSpan, rowsOf } from "../src/incidents/view";
import { addDays } from "../src/weeks";
import { BASE, type Faults, firstNumber, json, launch, open, PLANNER, POLICE, settled } from "./browser";
import { THEMES, unfold, wrongAtWidths } from "./looks";

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

/** Each page with who opens it, and what is on it once all has come. */
const PAGES = [
  { name: "map, planner", path: "/staff/", role: PLANNER, there: ".ranked tbody tr" },
  { name: "map, police", path: "/staff/", role: POLICE, there: ".ranked tbody tr" },
  { name: "incidents, police", path: "/staff/incidents/", role: POLICE, there: ".records tbody tr" },
  { name: "reason, police", path: "/staff/incidents/", role: "role=police", there: "#reason-title" },
  { name: "incidents, planner", path: "/staff/incidents/", role: PLANNER, there: ".outcomes tbody tr" },
  { name: "stewardship", path: "/staff/steward/", role: "role=steward", there: ".records tbody tr" },
  { name: "reports", path: "/staff/reports/", role: PLANNER, there: ".reports tbody tr" },
  { name: "pickup, crew", path: "/staff/crew/", role: "role=crew", there: ".counter" },
  { name: "nothing, sender", path: "/staff/", role: "role=sender", there: "#sender-title" },
  { name: "another's page", path: "/staff/steward/", role: "role=crew", there: "#not-yours-title" },
];

async function start(path: string, role: string, options: BrowserContextOptions = {}): Promise<void> {
  ({ page, faults, asked } = await open(browser, path, options, role));
}

async function atRest(there: string): Promise<void> {
  await page.locator(there).first().waitFor();
  if (await page.locator("[data-map]").count()) await settled(page);
}

describe.each(THEMES)("in %s", (colorScheme) => {
  test.each(PAGES)("$name: axe has no finding, and nothing is off the side", async ({ path, role, there }) => {
    await start(path, role, { colorScheme });
    await atRest(there);
    await unfold(page);
    expect(await wrongAtWidths(page)).toEqual([]);
  });
});

describe("the header", () => {
  test.each([
    [PLANNER, ["Map", "Plan a round", "Incidents", "Import a file", "Reports", "API docs"]],
    [POLICE, ["Map", "Incidents", "Import a file", "Reports", "API docs"]],
    ["role=steward", ["Stewardship", "Reports", "API docs"]],
    ["role=crew", ["Record a pickup", "API docs"]],
    ["role=sender", ["API docs"]],
  ])("of %s has the pages that open, and says that this is a demonstration", async (role, titles) => {
    await start("/staff/", role);
    await page.locator(".who").waitFor();
    expect(await page.locator(".demo").innerText()).toContain("anyone here chooses any role");
    await page.locator("main h1").first().waitFor();
    expect(await page.locator(".top nav a").allInnerTexts()).toEqual(titles);
    expect(await page.locator('.top nav [aria-current="page"]').count()).toBe(titles.length > 1 ? 1 : 0);
  });

  test.each([
    ["role=steward", "/staff/steward/"],
    ["role=crew", "/staff/crew/"],
  ])("%s comes from the map's page to their own", async (role, path) => {
    await start("/staff/", role);
    await page.waitForURL(`${BASE}${path}`);
  });

  test("sign-out leads to the picker, and the page asks to sign in again", async () => {
    await start("/staff/incidents/?weeks=a", PLANNER);
    await page.locator(".outcomes").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${BASE}/staff/sign-in`);
    await page.goto(`${BASE}/staff/incidents/`);
    expect(page.url()).toContain("/staff/sign-in?to=");
    faults.errors = []; // the picker names no icon, so Chromium looks for /favicon.ico
  });

  test("a sign-in that ended while the page was open leads to the picker and back", async () => {
    await start("/staff/incidents/", PLANNER);
    await page.locator(".outcomes").waitFor();
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Last 26 weeks" }).click();
    await page.waitForURL(/\/staff\/sign-in\?to=%2Fstaff%2Fincidents%2F%3Fweeks/);
    faults.errors = []; // Chromium writes a line for the 401
  });
});

/** The numbers of the last four weeks, of harm and of nuisance. */
async function lastFour(): Promise<number[]> {
  const all = await json<IncidentCounts>("/v1/incidents/counts?by=week");
  const end = incidentSpan(all.rows)?.to ?? "";
  const counts = await json<IncidentCounts>(`/v1/incidents/counts?by=week&weeks=${addDays(end, -28)}/${end}`);
  return (["harm", "nuisance"] as const).map((category) => rowsOf(counts.rows, category).reduce((sum, row) => sum + row.items, 0));
}

/** "1 report of harm and 70 of nuisance in 4 weeks." as its two numbers */
async function saidReports(): Promise<number[]> {
  const text = await page.locator(".headline h1").innerText();
  return ["harm", "nuisance"].map((id) => firstNumber(new RegExp(`(\\S+)(\\sreports?)? of ${id}`).exec(text)?.[1] ?? ""));
}

describe("incidents for the planner", () => {
  const FOR_POLICE = /^\/v1\/(incidents(\?|\/hours|$)|tiles\/incident)|^\/v1\/incidents\/counts.*(square|area|bbox)/;

  test("are two numbers, as the API has them, and nothing that is for the police is asked for", async () => {
    await start("/staff/incidents/?square=398756217006743&level=0", PLANNER);
    await atRest(".outcomes tbody tr");
    expect(await saidReports()).toEqual(await lastFour());
    await page.getByRole("button", { name: "Last 26 weeks" }).click();
    await page.getByLabel("Residential", { exact: false }).first().uncheck();
    await page.waitForFunction(() => !document.querySelector(".is-stale"));
    expect(asked.filter((path) => FOR_POLICE.test(path))).toEqual([]);
    expect(asked.some((path) => path.startsWith("/v1/incidents/counts"))).toBe(true);
    expect(await page.locator("main").innerText()).toContain("Where incidents happened is for the police alone.");
    expect(await page.locator(".map").count()).toBe(0);
  });

  test("say the same in sentence, filters and tables", async () => {
    await start("/staff/incidents/", PLANNER);
    await atRest(".outcomes tbody tr");
    const said = await saidReports();
    for (const [i, id] of ["harm", "nuisance"].entries()) {
      const table = page.locator(`table[data-side="${id}"] tfoot td`).last();
      expect(firstNumber((await table.textContent()) ?? "")).toBe(said[i]);
      const outcomes = await page.locator(`.outcomes tbody td:nth-of-type(${i + 1})`).allTextContents();
      expect(outcomes.reduce((sum, n) => sum + firstNumber(n), 0)).toBe(said[i]);
    }
  });
});

describe("incidents for the police", () => {
  test("are asked for only once a reason is given, which a keyboard can do, and it reaches the list", async () => {
    await start("/staff/incidents/", "role=police");
    await page.locator("input:focus").waitFor();
    expect(asked.filter((path) => path.includes("incident") && path.startsWith("/v1"))).toEqual([]);
    await page.keyboard.type("Tasking 117");
    await page.keyboard.press("Enter");
    await atRest(".records tbody tr");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    expect(await page.locator("main").innerText()).toContain("Tasking 117");
    for (let i = 0; i < 80 && !(await inList()); i++) await page.keyboard.press("Tab");
    expect(await inList()).toBe(true);
    const before = await page.locator(".records tbody tr").count();
    await page.getByRole("button", { name: "Show more" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((n) => document.querySelectorAll(".records tbody tr").length > n, before);
  });

  const inList = () => page.evaluate(() => document.activeElement?.closest(".of-list") !== null);

  test("are two numbers, and one of them is drawn", async () => {
    await start("/staff/incidents/", POLICE);
    await atRest(".records tbody tr");
    const [harm, nuisance] = await lastFour();
    expect(await saidReports()).toEqual([harm, nuisance]);
    const drawn = page.getByRole("group", { name: "Drawn on the map" });
    expect(await drawn.locator('[aria-pressed="true"]').allInnerTexts()).toEqual(["Nuisance"]);
    await drawn.getByRole("button", { name: "Harm" }).click();
    await settled(page);
    expect(await drawn.locator('[aria-pressed="true"]').allInnerTexts()).toEqual(["Harm"]);
    expect(new URL(page.url()).searchParams.get("drawn")).toBe("harm");
    const days = await page.locator('.hour-table[data-side="nuisance"] tbody tr td:last-child').allTextContents();
    const without = firstNumber((await page.locator(".hours p").allTextContents()).find((t) => t.includes("of nuisance without")) ?? "");
    expect(days.reduce((sum, n) => sum + firstNumber(n), 0) + without).toBe(nuisance);
  });

  test("a category that is not chosen is nowhere", async () => {
    await start("/staff/incidents/?categories=nuisance", POLICE);
    await atRest(".records tbody tr");
    expect(await page.locator('[data-side="harm"]').count()).toBe(0);
    expect(await page.locator(".records").innerText()).not.toContain("Harm");
    expect(asked.filter((path) => path.startsWith("/v1/incidents?"))).toEqual([expect.stringContaining("categories=nuisance")]);
  });

  test("a square picked is all that is counted and listed, until it is let go", async () => {
    await start("/staff/incidents/", POLICE);
    await atRest(".records tbody tr");
    const all = await saidReports();
    const box = await page.locator(".map canvas").boundingBox();
    const at = await squareOnScreen(box ?? { x: 0, y: 0, width: 0, height: 0 });
    await page.mouse.click(at.x, at.y);
    await page.locator(".one-square strong").waitFor();
    await settled(page);
    const [, nuisance = 0] = await saidReports();
    expect(nuisance).toBeGreaterThan(0);
    expect(nuisance).toBeLessThan(all[1] ?? 0);
    await page.getByRole("button", { name: "All squares" }).click();
    await settled(page);
    expect(await saidReports()).toEqual(all);
  });

  test("say so where they can't be had", async () => {
    await start("/staff/", POLICE);
    const problem = { title: "The store is busy", detail: "An import is being written.", status: 503 };
    await page.route("**/v1/incidents?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }));
    await page.goto(`${BASE}/staff/incidents/`);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("The store is busy. An import is being written.");
    await page.unroute("**/v1/incidents?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await atRest(".records tbody tr");
    faults.errors = []; // Chromium writes a line for any 503
  });
});

/** The middle of a square that the map draws: moves over the map until the pointer says that there is one. */
async function squareOnScreen(box: { x: number; y: number; width: number; height: number }) {
  for (let y = box.y + box.height * 0.35; y < box.y + box.height * 0.8; y += 9) {
    for (let x = box.x + box.width * 0.3; x < box.x + box.width * 0.65; x += 9) {
      await page.mouse.move(x, y);
      if (await page.evaluate(() => document.querySelector<HTMLElement>(".map canvas")?.style.cursor === "pointer")) return { x, y };
    }
  }
  throw new Error("no square on the map");
}

test("the police are told that condoms are not shown, and why", async () => {
  await start("/staff/", POLICE);
  await atRest(".ranked tbody tr");
  expect(await page.getByRole("group", { name: "Kinds" }).innerText()).not.toContain("Condoms");
  expect(await page.locator(".panel").innerText()).toContain("They must never become evidence");
});

describe("a steward", () => {
  test("makes a key that is shown once, and revokes it", async () => {
    await start("/staff/steward/", "role=steward");
    await page.getByLabel("Source", { exact: false }).fill("crew-app");
    await page.getByLabel("Purpose", { exact: false }).fill("browser test");
    await page.getByRole("button", { name: "Make the key" }).click();
    await page.locator(".shown-key pre").waitFor();
    expect(await page.locator(".shown-key pre").innerText()).toMatch(/^cg_/);
    expect(await page.locator(".shown-key").innerText()).toContain("shown this once");
    await page.getByRole("button", { name: "close" }).click();
    expect(await page.locator("main").innerText()).not.toContain("cg_");
    const revoke = page.getByRole("button", { name: /^Revoke / });
    await revoke.first().click();
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.locator("dialog").waitFor({ state: "detached" });
    await revoke.first().click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await page.getByText("revoked", { exact: true }).first().waitFor();
  });

  test("sees unusual looks before the rest, and the versions of the boundary", async () => {
    await start("/staff/steward/", "role=steward");
    await atRest(".records tbody tr");
    const titles = await page.locator("main h3").allInnerTexts();
    expect(titles.indexOf("Unusual looks")).toBeLessThan(titles.indexOf("Latest entries"));
    const versions = page.getByRole("region", { name: "Table of boundary versions" });
    await versions.waitFor();
    expect(await versions.innerText()).toContain("without end");
  });
});

const PICTURES = [
  { file: "incidents-police.png", path: "/staff/incidents/", role: "role=police&why=Tasking%20117", there: ".records tbody tr", width: 1440 },
  { file: "incidents-planner.png", path: "/staff/incidents/", role: PLANNER, there: ".outcomes tbody tr", width: 1440 },
  { file: "steward.png", path: "/staff/steward/", role: "role=steward", there: ".records tbody tr", width: 1440 },
  { file: "crew-phone.png", path: "/staff/crew/", role: "role=crew", there: ".counter", width: 390 },
  { file: "round.png", path: "/staff/rounds/?start=-2.4132,54.7138&minutes=60", role: PLANNER, there: ".plan .part table", width: 1440 },
];

test.runIf(process.env["SCREENSHOTS"] === "1").each(PICTURES)("picture $file", async ({ file, path, role, there, width }) => {
  await start(path, role, { viewport: { width, height: width < 768 ? 844 : 900 } });
  await atRest(there);
  await page.screenshot({ path: new URL(`../docs/${file}`, import.meta.url).pathname });
});
