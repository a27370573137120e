// What each audience comes for, from the first page to the answer: by mouse and by keyboard alone, at every width, light and dark.
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Calendar } from "../src/steward/releases/contract";
import { BASE, type Faults, firstNumber, launch, open, PLANNER, settled, tabTo } from "./browser";
import { overhang, WIDTHS } from "./looks";

let browser: Browser;
let page: Page;
let faults: Faults;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
afterEach(async () => {
  expect(await overhang(page)).toBe(0);
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors).toEqual([]);
  await page.context().close();
});

/** How someone works a page. */
interface Hand {
  name: string;
  press(control: Locator): Promise<void>;
  tick(box: Locator): Promise<void>;
  write(field: Locator, text: string): Promise<void>;
  choose(list: Locator, label: string): Promise<void>;
}

const MOUSE: Hand = {
  name: "by mouse",
  press: (control) => control.click(),
  tick: (box) => box.click(),
  write: (field, text) => field.fill(text),
  choose: async (list, label) => void (await list.selectOption({ label })),
};

const KEYBOARD: Hand = {
  name: "by keyboard alone",
  async press(control) {
    await tabTo(page, control);
    await page.keyboard.press("Enter");
  },
  async tick(box) {
    await tabTo(page, box);
    await page.keyboard.press("Space");
  },
  async write(field, text) {
    await tabTo(page, field);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
  },
  async choose(list, label) {
    await tabTo(page, list);
    await page.keyboard.type(label);
  },
};

// Every width with every hand, and every theme with each of both.
const WAYS = WIDTHS.flatMap((width, i) =>
  [MOUSE, KEYBOARD].map((hand, j) => ({ width, hand, colorScheme: (i + j) % 2 ? ("dark" as const) : ("light" as const) })),
).map((way) => ({ ...way, title: `${way.hand.name} at ${way.width} px, ${way.colorScheme}` }));

type Way = (typeof WAYS)[number];

async function start(path: string, { width, colorScheme }: Way, role: string): Promise<void> {
  ({ page, faults } = await open(browser, path, { viewport: { width, height: 900 }, colorScheme }, role));
}

describe("a resident", () => {
  test.each(WAYS)("asks about a street in another period, $title", async (way) => {
    await start("/", way, "");
    await page.waitForSelector('[data-map="idle"]');
    const period = page.getByLabel("Period", { exact: true });
    const other = (await period.locator("option").nth(1).innerText()).trim();
    await way.hand.choose(period, other);
    await page.getByRole("heading", { level: 2, name: new RegExp(other.replace(" to ", ".* to ")) }).waitFor();
    const codes = (await (await fetch(`${BASE}/public/postcodes.json`)).json()) as Record<string, unknown>;
    const code = Object.keys(codes)[0] ?? "";
    await way.hand.write(page.locator("#postcode"), code);
    await way.hand.press(page.getByRole("button", { name: "Ask" }));
    await page.locator(".answer.is-given", { hasText: code }).waitFor();
    await way.hand.press(page.getByText("The map as a table"));
    await page.locator(".map-table table").waitFor();
    await way.hand.press(page.getByRole("link", { name: /What is held/ }));
    await page.waitForURL(/governance/);
  });
});

describe("a planner", () => {
  test.each(WAYS)("sees what is hot in needles, why, and plans a round, $title", async (way) => {
    await start("/staff/", way, PLANNER);
    await settled(page);
    if (way.width < 700) await way.hand.press(page.getByText("Choose kinds and places"));
    await way.hand.tick(page.getByRole("checkbox", { name: /Condoms, unused/ }));
    await page.waitForURL(/kinds=/);
    await way.hand.tick(page.getByRole("region", { name: "More than chance" }).getByRole("checkbox"));
    const chance = page.getByRole("region", { name: "More than chance" });
    await chance.getByRole("listitem").first().waitFor();
    await settled(page);
    await way.hand.press(chance.getByRole("listitem").first().getByRole("button"));
    await page.locator(".hot .marked").waitFor();
    await way.hand.press(chance.getByRole("link", { name: /Plan a round/ }));
    await way.hand.write(page.getByRole("textbox", { name: /Start and end/ }), "54.7138, -2.4132");
    await way.hand.press(page.getByRole("button", { name: "Plan the round" }));
    await page.getByRole("region", { name: "Table of stops" }).locator("tbody tr").first().waitFor();
    await settled(page);
  });
});

describe("an officer", () => {
  test.each(WAYS)("says why, and picks a place of nuisance, $title", async (way) => {
    await start("/staff/incidents/?weeks=2026-04-01/2026-11-18", way, "role=police");
    await way.hand.write(page.getByRole("textbox"), "Tasking 117");
    await way.hand.press(page.getByRole("button", { name: "Go on to the incidents" }));
    const places = page.getByRole("list", { name: "Places with most reports of nuisance" });
    await places.getByRole("listitem").first().waitFor();
    await settled(page);
    await way.hand.press(places.getByRole("button").first());
    await page.locator(".places .marked").waitFor();
    await page.evaluate(() => (window.print = () => document.body.setAttribute("data-printed", "")));
    await way.hand.press(page.getByRole("button", { name: /Print/ }).first());
    await page.locator("body[data-printed]").waitFor();
  });
});

describe("a crew", () => {
  test.each(WAYS)("records two needles at a typed place, $title", async (way) => {
    await start("/staff/crew/", way, "role=crew");
    const refs: string[] = [];
    page.on("request", (r) => {
      if (r.method() === "POST" && r.url().endsWith("/v1/pickups")) for (const { ref } of r.postDataJSON() as { ref: string }[]) refs.push(ref);
    });
    for (const _ of [1, 2]) await way.hand.press(page.getByRole("button", { name: "One more: Needles" }));
    await way.hand.press(page.getByText("Type the place instead"));
    await way.hand.write(page.getByLabel("Latitude", { exact: false }), "54.7");
    await way.hand.write(page.getByLabel("Longitude", { exact: false }), "-2.4");
    await way.hand.press(page.getByRole("button", { name: "Use this place" }));
    await way.hand.press(page.getByRole("button", { name: /ave the visit$/ }));
    await page.getByText(/^Saved: Needles: 2/).waitFor();
    await page.getByText("1 visit stored").waitFor();
    expect(new Set(refs).size).toBe(1);
    // Other tests count the last weeks that have pickups: what was sent here goes again.
    const answer = await fetch(`${BASE}/v1/pickups/crew/${refs[0]}`, { method: "DELETE", headers: { Cookie: `demo=${PLANNER}` } });
    expect(answer.status).toBe(204);
  });
});

describe("a steward", async () => {
  const calendar = (await (await fetch(`${BASE}/v1/releases`, { headers: { Cookie: "demo=role=steward" } })).json()) as Calendar;
  const open = calendar.periods?.find((line) => line.state === "open");

  test.skipIf(!open).each(WAYS)("looks at a draft beside the truth, up to the question before a signature, $title", async (way) => {
    await start("/staff/steward/", way, "role=crew&role=steward"); // who has not signed
    await way.hand.press(page.getByRole("link", { name: "Releases for the public" }));
    await way.hand.press(page.locator(`.records tbody a[href*="${open?.from}"]`));
    await page.locator("#signing-title").waitFor();
    await settled(page);
    await way.hand.press(page.getByRole("button", { name: "All with items" }));
    await way.hand.press(page.locator(".squares tbody").getByRole("button").first());
    await page.locator(".one-square").waitFor();
    expect(firstNumber(await page.locator(".square-choice [role=status]").innerText())).toBeGreaterThan(0);
    await way.hand.press(page.getByRole("button", { name: "Sign this draft" }));
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});
