// The staff page by mouse and by keyboard, its numbers held against the API.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Counts, Locations, Scheme } from "../src/api";
import { LONGEST_MS } from "../src/map/hold";
import { addDays } from "../src/weeks";
import { asked, BASE, type Faults, firstNumber, get, headlineItems, json, launch, openStaff, PLANNER, settled, tableItems } from "./browser";

let browser: Browser;
let scheme: Scheme;
let page: Page;
let faults: Faults;
const last4 = () => `${addDays(end(), -28)}/${end()}`;
const end = () => scheme.weeks?.end ?? "";

beforeAll(async () => {
  browser = await launch();
  scheme = await json<Scheme>("/v1/scheme");
});
afterAll(() => browser.close());

async function start(address = ""): Promise<void> {
  ({ page, faults } = await openStaff(browser, address));
}

afterEach(async () => {
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors).toEqual([]);
  await page.context().close();
});

/** In the page: the map's first picture after the next key, and how long after the key it was drawn. */
function watchNextKey(): { picture: Promise<{ url: string; ms: number }> } {
  const gl = WebGL2RenderingContext.prototype;
  const draw = gl.drawElements;
  const picture = new Promise<{ url: string; ms: number }>((done) => {
    let pressed = 0;
    addEventListener("keydown", () => (pressed = performance.now()), { once: true, capture: true });
    gl.drawElements = function (...given) {
      draw.apply(this, given);
      if (!pressed || gl.drawElements === draw) return;
      gl.drawElements = draw;
      const ms = Math.round(performance.now() - pressed);
      queueMicrotask(() => done({ url: (this.canvas as HTMLCanvasElement).toDataURL(), ms })); // once the frame is whole
    };
  });
  return { picture };
}

async function total(query: string): Promise<number> {
  return (await json<Counts>(`/v1/counts?${query}`)).total.items;
}

describe("what is shown", () => {
  test("headline, table, filters and list are one number, and it is the API's", async () => {
    await start();
    const items = await total(`weeks=${last4()}`);
    expect(items).toBeGreaterThan(0);
    expect(await headlineItems(page)).toBe(items);
    expect(await tableItems(page)).toBe(items);
    for (const group of ["Kinds", "Places"]) {
      const shown = await page.getByRole("group", { name: group }).locator(".choice-items").allTextContents();
      expect(shown.reduce((n, text) => n + firstNumber(text), 0)).toBe(items);
    }
    const listed = await page.locator(".ranked tbody td:nth-of-type(2)").allTextContents();
    const rest = firstNumber((await page.locator(".locations > p").last().textContent())?.replace(/^.*Not listed: /, "") ?? "");
    expect(listed.reduce((n, text) => n + firstNumber(text), 0) + rest).toBe(items);
  });

  test("the page says that the town is made up", async () => {
    await start();
    await expect(page.locator(".top").innerText()).resolves.toContain(`${scheme.name} (synthetic)`);
    await expect(page.getByText("Made-up town and made-up data").isVisible()).resolves.toBe(true);
  });

  test("every link in the header leads somewhere", async () => {
    await start();
    for (const href of await page.locator("nav a").evaluateAll((links) => links.map((a) => (a as HTMLAnchorElement).href))) {
      expect((await get(new URL(href).pathname)).status).toBe(200);
    }
  });
});

describe("filters", () => {
  test("a kind taken out changes the numbers, as the API says, and goes into the address", async () => {
    await start();
    const before = await headlineItems(page);
    await page.getByLabel("Needles").uncheck();
    await settled(page);
    expect(new URL(page.url()).searchParams.get("kinds")).toBe("condom_used,condom_unused");
    const items = await total(`weeks=${last4()}&${asked(page, ["kinds"])}`);
    expect(items).not.toBe(before);
    expect(await headlineItems(page)).toBe(items);
    expect(await tableItems(page)).toBe(items);
  });

  test("a class taken out does, too", async () => {
    await start();
    await page.getByLabel("Residential", { exact: false }).first().uncheck();
    await settled(page);
    const items = await total(`weeks=${last4()}&${asked(page, ["classes"])}`);
    expect(await headlineItems(page)).toBe(items);
    expect(await tableItems(page)).toBe(items);
  });

  test("nothing chosen is nothing counted, not everything", async () => {
    await start("?kinds=");
    expect(await page.locator(".headline h1").innerText()).toMatch(/^No items/);
    expect(await page.locator(".ranked").count()).toBe(0);
  });

  test("back undoes a choice", async () => {
    await start();
    const before = await headlineItems(page);
    await page.getByLabel("Needles").uncheck();
    await settled(page);
    await page.goBack();
    await settled(page);
    expect(await page.getByLabel("Needles").isChecked()).toBe(true);
    expect(await headlineItems(page)).toBe(before);
  });

  test("of two quick choices the later one counts, however late the first is answered", async () => {
    await start();
    let first = true;
    await page.route("**/v1/locations?*", async (route) => {
      const wait = first ? 1500 : 0;
      first = false;
      await new Promise((done) => setTimeout(done, wait));
      await route.continue().catch(() => undefined); // cancelled, as it should be
    });
    await page.getByLabel("Needles").uncheck();
    await page.getByLabel("Condoms, unused").uncheck();
    await settled(page);
    await page.waitForTimeout(1800);
    const top = await json<Locations>(`/v1/locations?weeks=${last4()}&kinds=condom_used&limit=1`);
    expect(firstNumber(await page.locator(".ranked tbody td:nth-of-type(2)").first().innerText())).toBe(top.rows[0]?.items);
  });
});

describe("weeks", () => {
  test("are chosen by keyboard on the chart", async () => {
    await start();
    const slider = page.getByRole("slider", { name: "First week" });
    await slider.focus();
    for (const _ of [1, 2]) await page.keyboard.press("ArrowLeft");
    await settled(page);
    expect(await slider.getAttribute("aria-valuetext")).toMatch(/^week from \w{3} \d+ \w{3} \d{4}$/);
    expect(new URL(page.url()).searchParams.get("weeks")).toBe(`${addDays(end(), -42)}/${end()}`);
    const items = await total(asked(page, ["weeks"]));
    expect(await headlineItems(page)).toBe(items);
    expect(await tableItems(page)).toBe(items);
    expect(await page.locator(".week-table tbody tr").count()).toBe(6);
  });

  test("what is painted first after a change is the new squares, in time", async () => {
    await start();
    await page.getByRole("slider", { name: "First week" }).focus();
    await page.waitForTimeout(1500); // nobody is there at once, and the browser still has to do with what it loaded
    const after: number[] = [];
    for (let i = 0; i < 9; i++) {
      const first = await page.evaluateHandle(watchNextKey);
      await page.keyboard.press("ArrowLeft");
      const painted = await first.evaluate(({ picture }) => picture);
      await settled(page);
      const last = await page.evaluate(() => document.querySelector<HTMLCanvasElement>(".map canvas")?.toDataURL());
      after.push(painted.ms);
      // On a machine with much else to do the squares come later than they are waited for.
      if (painted.ms < LONGEST_MS) expect(painted.url === last, `change ${i + 1}: the picture after ${painted.ms} ms is the last one`).toBe(true);
    }
    if (process.env["QUIET"] !== "1") return; // on a machine that does nothing else
    console.info(`painted after ${after.join(", ")} ms`);
    for (const ms of after) expect(ms).toBeLessThan(150);
  });

  test("the map asks for other squares where the colours change as well", async () => {
    await start();
    for (const name of ["Last 26 weeks", "All", "Last 4 weeks", "Last 26 weeks"]) {
      const answered = page.waitForResponse((answer) => answer.url().includes("/v1/tiles/hotspots/"));
      await page.getByRole("button", { name, exact: true }).click();
      const tile = new URL((await answered).url());
      await settled(page);
      expect(tile.searchParams.get("weeks")).toBe(new URL(page.url()).searchParams.get("weeks") ?? last4());
    }
  });

  test("are chosen by dragging across the chart", async () => {
    await start();
    const box = await page.locator(".brush").boundingBox();
    if (!box) throw new Error("no chart");
    await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await settled(page);
    expect(await headlineItems(page)).toBe(await total(asked(page, ["weeks"])));
  });

  test("are chosen by button and by list", async () => {
    await start();
    await page.getByRole("button", { name: "All", exact: true }).click();
    await settled(page);
    expect(await headlineItems(page)).toBe(await total(`weeks=${scheme.weeks?.first}/${end()}`));
    await page.getByRole("combobox", { name: "From" }).selectOption({ index: 5 });
    await settled(page);
    expect(asked(page, ["weeks"])).toContain(addDays(scheme.weeks?.first ?? "", 35));
  });
});

describe("places", () => {
  test("the first of the list opens its numbers and is marked", async () => {
    await start();
    const [top] = (await json<Locations>(`/v1/locations?weeks=${last4()}&limit=1`)).rows;
    await page.locator(".place").first().click();
    await settled(page);
    const items = await total(`weeks=${last4()}&square=${top?.square.id}`);
    expect(firstNumber(await page.locator(".square p").first().innerText())).toBe(items);
    expect(await page.locator("#square-title").innerText()).toBe(top?.square.name);
    expect(await page.locator('.ranked [aria-current="true"]').first().innerText()).toContain("1");
    expect(new URL(page.url()).searchParams.get("square")).toBe(String(top?.square.id));
  });

  test("Escape closes it and leaves the focus on the row", async () => {
    await start();
    await page.locator(".place").first().focus();
    await page.keyboard.press("Enter");
    await page.locator(".square").waitFor();
    await page.getByRole("button", { name: "Close" }).focus();
    await page.keyboard.press("Escape");
    await page.locator(".square").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("place");
    expect(new URL(page.url()).searchParams.has("square")).toBe(false);
  });

  test("a square clicked on the map opens the same number as the API's", async () => {
    const [, second] = (await json<Locations>(`/v1/locations?weeks=${last4()}&limit=2`)).rows;
    if (!second) throw new Error("the store has too few places");
    const [lon, lat] = second.centre;
    const view = { zoom: 15, lat: lat + 0.0006, lon: lon - 0.0012 };
    await start(`#${view.zoom}/${view.lat}/${view.lon}`);
    const { x, y } = await project(view, second.centre);
    await page.mouse.click(x, y);
    await page.locator(".square").waitFor();
    await settled(page);
    const id = new URL(page.url()).searchParams.get("square");
    expect(id).toBe(String(second.square.id));
    const items = await total(`weeks=${last4()}&square=${id}`);
    expect(firstNumber(await page.locator(".square p").first().innerText())).toBe(items);
    expect(await page.locator('.ranked [aria-current="true"]').count()).toBeGreaterThan(0);
  });

  test("a wide square from afar holds the API's number and marks the places in it", async () => {
    const [top] = (await json<Locations>(`/v1/locations?weeks=${last4()}&limit=1`)).rows;
    if (!top) throw new Error("the store has no places");
    const view = { zoom: 10, lat: top.centre[1], lon: top.centre[0] };
    await start(`#${view.zoom}/${view.lat}/${view.lon}`);
    const { x, y } = await project(view, top.centre);
    await page.mouse.click(x, y);
    await page.locator(".square").waitFor();
    await settled(page);
    expect(Number(new URL(page.url()).searchParams.get("level"))).toBeGreaterThan(0);
    const items = await total(`weeks=${last4()}&${asked(page, ["square"])}`);
    expect(firstNumber(await page.locator(".square p").first().innerText())).toBe(items);
    expect(await page.locator('.ranked [aria-current="true"]').count()).toBeGreaterThan(0);
  });
});

/** Where a place is on the screen. */
async function project(view: { zoom: number; lat: number; lon: number }, [lon, lat]: [number, number]) {
  const box = await page.locator(".map canvas").boundingBox();
  if (!box) throw new Error("no map");
  const mercator = (degrees: number) => Math.log(Math.tan(Math.PI / 4 + (degrees * Math.PI) / 360)) / (2 * Math.PI);
  const world = 512 * 2 ** view.zoom;
  return {
    x: box.x + box.width / 2 + ((lon - view.lon) / 360) * world,
    y: box.y + box.height / 2 - (mercator(lat) - mercator(view.lat)) * world,
  };
}

test("everything survives a reload", async () => {
  await start();
  await page.getByLabel("Needles").uncheck();
  await page.getByRole("button", { name: "Last 26 weeks" }).click();
  await page.locator(".place").nth(1).click();
  await settled(page);
  const before = { address: page.url(), headline: await headlineItems(page), square: await page.locator(".square p").first().innerText() };
  await page.reload();
  await settled(page);
  expect(page.url()).toBe(before.address);
  expect(await headlineItems(page)).toBe(before.headline);
  expect(await page.locator(".square p").first().innerText()).toBe(before.square);
  expect(await page.getByLabel("Needles").isChecked()).toBe(false);
});

describe("trouble", () => {
  test("a refused request is told with the server's reason, the old numbers stay, and trying again mends it", async () => {
    await start();
    const problem = { title: "The store is busy", detail: "An import is being written.", status: 503 };
    await page.route("**/v1/locations?*", (route) =>
      route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }),
    );
    await page.getByLabel("Needles").uncheck();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toContain("The store is busy. An import is being written.");
    expect(await page.locator(".ranked tbody tr").count()).toBeGreaterThan(0);
    await page.unroute("**/v1/locations?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await settled(page);
    expect(await alert.count()).toBe(0);
    faults.errors = []; // Chromium writes a line for any 503
  });

  test("an empty store says what to type", async () => {
    const context = await browser.newContext();
    await context.addCookies([{ name: "demo", value: PLANNER, url: BASE }]);
    page = await context.newPage();
    faults = { errors: [], elsewhere: [] };
    await page.route("**/v1/scheme", (route) => route.fulfill({ json: { ...scheme, weeks: null, bounds: null } }));
    await page.route("**/v1/boundaries*", (route) => route.fulfill({ json: { type: "FeatureCollection", features: [], version: null } }));
    await page.goto(`${BASE}/staff/`);
    await page.getByText("commonground import pickups").waitFor();
    expect(await page.locator(".empty").innerText()).toContain("commonground import boundaries");
  });
});
