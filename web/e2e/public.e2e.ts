// The residents' page over a made-up archive: by mouse, by keyboard, without script, without WebGL, on paper.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LonLat } from "../src/public/contract";
import { isFault, launch } from "./browser";
import { BEFORE, degrees, makeSite, type Made, WITHDRAWN, YEAR_BEFORE } from "./edition-fixture";
import { THEMES, unfold, wrongAtWidths } from "./looks";
import { squareByName, wholeView } from "./public-map";
import { serveFolder, type Site } from "./static-server";

const BUILT = fileURLToPath(new URL("../dist/public", import.meta.url));
const WIDE = { viewport: { width: 1440, height: 900 } };

let browser: Browser;
let page: Page;
let asked: string[];
let faults: string[];
const sites: { site: Site; folder: string }[] = [];
let site: Site;

async function newSite(made: Made = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "editions-"));
  await makeSite(folder, BUILT, made);
  const started = await serveFolder(folder);
  sites.push({ site: started, folder });
  return started;
}

beforeAll(async () => {
  browser = await launch();
  site = await newSite();
});
afterAll(async () => {
  await browser.close();
  for (const { site, folder } of sites) {
    site.close();
    await rm(folder, { recursive: true });
  }
});
afterEach(async () => {
  expect(faults).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(site.origin) && !sites.some((s) => url.startsWith(s.site.origin)) && !/^(data|blob):/.test(url))).toEqual([]);
  await page.context().close();
});

interface Opening extends BrowserContextOptions {
  at?: string;
  hash?: string;
  in?: Browser;
  before?(page: Page): Promise<unknown>;
}

async function open({ at, hash = "", in: other, before, ...options }: Opening = {}): Promise<void> {
  const context = await (other ?? browser).newContext({ ...WIDE, ...options });
  page = await context.newPage();
  [asked, faults] = [[], []];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => isFault(message) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await before?.(page);
  await page.goto((at ?? site.address) + hash);
}

async function openMap(opening: Opening = {}): Promise<void> {
  await open(opening);
  await atRest();
}

async function atRest(): Promise<void> {
  await page.waitForSelector('[data-map="idle"]');
  await page.waitForTimeout(200);
  await page.waitForSelector('[data-map="idle"]');
}

const answer = async () => (await page.locator(".answer").innerText()).replaceAll("\u00a0", " ");
const heading = () => page.locator(".edition h2").first().innerText();

async function clickAt(place: LonLat): Promise<void> {
  const { x, y } = (await wholeView(page)).toScreen(place);
  await page.mouse.click(x, y);
  await page.locator(".answer.is-given").waitFor();
}

/** Presses Tab until something has the focus, as someone without a mouse does. */
async function tabTo(selector: string): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
  }
  throw new Error(`Tab does not come to ${selector}`);
}

describe("the latest edition", () => {
  test("has its sentence, tables, downloads and legend, and says that it is made up", async () => {
    await openMap();
    expect(await heading()).toBe("Millbeck, Wed 24 Apr 2019 to Tue 21 May 2019");
    expect(await page.locator(".sentence").innerText()).toMatch(/crews removed about.250 needles and about.1,125 condoms in the whole area\./);
    expect(await page.getByText("made-up town").isVisible()).toBe(true);
    expect(await page.locator(".family tbody tr").count()).toBe(8);
    expect(await page.locator(".family td").first().innerText()).toBe("20");
    expect(await page.locator(".key .legend-row").allInnerTexts()).toEqual(
      ["under 25", "25 to under 75", "75 or more", "not shown: too few, too rarely, or none", "Managed area", "Residential", "Non-residential", "Outside"].map((s) => expect.stringContaining(s)),
    );
    expect(await page.locator(".maplibregl-ctrl-scale").innerText()).toMatch(/\d+\sk?m/);
    const tables = page.locator(".downloads li", { hasText: "tables, for a spreadsheet" });
    await expect.poll(() => tables.innerText()).toMatch(/\(CSV\), 5\skB$/);
    expect((await fetch(new URL((await tables.locator("a").getAttribute("href")) ?? "", site.address))).status).toBe(200);
    expect(await page.locator(".downloads a").last().getAttribute("href")).toBe("public/chain/4.json");
  });

  test("is compared with the weeks before and a year before", async () => {
    await openMap();
    await page.getByText("Fewer items were removed than in").waitFor();
    expect(await page.locator(".trend").innerText()).toContain("Against the same weeks a year before, about the same");
  });

  test("lies where it is put: below any path, and leads to governance beside it", async () => {
    await openMap();
    expect(await page.locator('a[href="governance"]').evaluate((a) => (a as HTMLAnchorElement).href)).toBe(`${site.address}governance`);
    expect(asked.every((url) => url.startsWith(site.address) || url.startsWith("blob:"))).toBe(true);
  });
});

describe("about my place", () => {
  test("a click tells of the square that was clicked", async () => {
    await openMap();
    const place = degrees(-300, 100);
    await clickAt(place);
    expect(squareByName(place)).toEqual({ name: "W 500 N 0 · 250 m", band: 2 });
    expect(await answer()).toContain("This place is inside the managed area, “Millbeck managed area”, as the boundary was on Tue 21 May 2019.");
    expect(await answer()).toContain("Between Wed 24 Apr and Tue 21 May 2019 crews removed 25 to under 75 items in the 250 m square around this place (W 500 N 0).");
    expect(await answer()).toContain("nothing about any one street or house");
  });

  test("a click in a square that is not shown says that it may be for any reason", async () => {
    await openMap();
    const place = degrees(-400, 900);
    expect(squareByName(place)).toMatchObject({ band: 0 });
    await clickAt(place);
    expect(await answer()).toContain("in a residential place, “Weaver Street”,");
    expect(await answer()).toMatch(/The 500 m square around this place \(W 500 N 500\) is not shown: .*\sWhich of these, the release does not say\./s);
    expect(await answer()).not.toMatch(/\bbad\b|worst|hotspot/i);
  });

  test("the chosen square is outlined on the map", async () => {
    await openMap();
    const before = await page.locator(".map").screenshot();
    await clickAt(degrees(-300, 100));
    await atRest();
    const accent = await colourAt(degrees(-250, 40));
    expect(accent).toEqual([0x1f, 0x5f, 0x8b]);
    expect((await page.locator(".map").screenshot()).equals(before)).toBe(false);
  });

  test("by keyboard alone: the cross-hair asks about what is below it", async () => {
    await openMap();
    await tabTo("canvas");
    expect(await page.getByText("Arrow keys move the cross-hair").isVisible()).toBe(true);
    for (const key of ["Shift+ArrowLeft", "ArrowLeft", "Shift+ArrowUp", "ArrowDown", "Shift+ArrowRight", "ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
    await page.keyboard.press("Enter");
    await page.locator(".answer.is-given").waitFor();
    const { name } = await belowCrossHair();
    expect(await answer()).toContain(`(${name.replace(/ · .*/, "")})`);
    // From there, not from the middle.
    for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Enter");
    const moved = await belowCrossHair();
    expect(moved.name).not.toBe(name);
    await expect.poll(answer).toContain(`(${moved.name.replace(/ · .*/, "")})`);
  });

  test("the cross-hair takes the map along at its edge, and Tab leads on", async () => {
    await openMap();
    await tabTo("canvas");
    for (let i = 0; i < 30; i++) await page.keyboard.press("Shift+ArrowRight");
    const [mark, map] = [await page.locator(".cross-hair").boundingBox(), await page.locator(".map").boundingBox()];
    expect((mark?.x ?? 0) + (mark?.width ?? 0)).toBeLessThanOrEqual((map?.x ?? 0) + (map?.width ?? 0));
    await page.keyboard.press("Enter");
    await expect.poll(answer).toContain("off the map");
    // Zooming is about the cross-hair, not about the middle.
    const [there, scale] = [await page.locator(".cross-hair").boundingBox(), await page.locator(".maplibregl-ctrl-scale").innerText()];
    for (let i = 0; i < 3; i++) await page.keyboard.press("+");
    await expect.poll(() => page.locator(".maplibregl-ctrl-scale").innerText()).not.toBe(scale);
    expect(Math.abs(((await page.locator(".cross-hair").boundingBox())?.x ?? 0) - (there?.x ?? 0))).toBeLessThanOrEqual(1);
    await page.keyboard.press("Tab");
    expect(await page.locator(".cross-hair").isHidden()).toBe(true);
  });

  test("by postcode, however it is written", async () => {
    await openMap();
    await tabTo("#postcode");
    await page.keyboard.type(" mb11aa");
    await page.keyboard.press("Enter");
    await page.locator(".answer.is-given").waitFor();
    expect(await answer()).toContain("The middle of MB1 1AA is inside the managed area");
    for (const [typed, said] of [["MB1 9ZZ", "(W 2000 S 2000) is not shown"], ["MB1 9XX", "MB1 9XX is not on this page’s list"], ["MB1", "That is not a whole postcode"]] as const) {
      await page.locator("#postcode").fill(typed);
      await page.keyboard.press("Enter");
      await expect.poll(answer).toContain(said);
    }
  });

  test("nobody is told which place was chosen, by whatever way", async () => {
    await openMap();
    const [sent, address, steps] = [asked.length, page.url(), await page.evaluate(() => history.length)];
    await clickAt(degrees(-300, 100));
    await tabTo("#postcode");
    await page.keyboard.type("MB1 9ZZ");
    await page.keyboard.press("Enter");
    await expect.poll(answer).toContain("MB1 9ZZ");
    await page.locator("canvas").focus();
    for (const key of ["Shift+ArrowLeft", "Enter"]) await page.keyboard.press(key);
    await expect.poll(answer).toContain("This place");
    await page.waitForTimeout(1000);
    expect(asked.slice(sent)).toEqual([]);
    expect(page.url()).toBe(address);
    expect(await page.evaluate(() => [history.length, document.cookie, localStorage.length, sessionStorage.length])).toEqual([steps, "", 0, 0]);
  });

  test("the answer is said aloud, and is in sight", async () => {
    await openMap();
    expect(await page.locator(".answer").getAttribute("aria-live")).toBe("polite");
    await page.evaluate(() => scrollTo(0, 1200));
    await clickAt(degrees(-300, 100));
    const box = await page.locator(".answer").boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(900);
  });

  async function belowCrossHair() {
    const mark = await page.locator(".cross-hair").boundingBox();
    if (!mark) throw new Error("no cross-hair");
    return squareByName((await wholeView(page)).toPlace({ x: mark.x + mark.width / 2, y: mark.y + mark.height / 2 }));
  }

  async function colourAt(place: LonLat): Promise<number[]> {
    const { x, y } = (await wholeView(page)).toScreen(place);
    const png = (await page.screenshot({ clip: { x: Math.round(x), y: Math.round(y), width: 1, height: 1 } })).toString("base64");
    return page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(1, 1).getContext("2d");
      canvas?.drawImage(image, 0, 0);
      return [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
    }, png);
  }
});

describe("periods", () => {
  test("another is chosen, with its numbers and its map, and back leads back", async () => {
    await openMap();
    await page.getByLabel("Period", { exact: true }).selectOption(BEFORE);
    await page.waitForSelector(`[data-shown="${BEFORE}"]`);
    expect(new URL(page.url()).hash).toBe(`#${BEFORE}`);
    expect(await heading()).toContain("Wed 27 Mar 2019 to Tue 23 Apr 2019");
    expect(await page.locator(".family td").first().innerText()).toBe("30");
    expect(asked.some((url) => url.endsWith(`public/${BEFORE}/map.geojson`))).toBe(true);
    expect(await page.locator(".downloads a").first().getAttribute("href")).toBe(`public/${BEFORE}/map.csv`);
    await page.goBack();
    await page.waitForSelector('[data-shown="2019-04-24"]');
    expect(await page.getByLabel("Period", { exact: true }).inputValue()).toBe("2019-04-24");
  });

  test("the answer is that of the period that is shown", async () => {
    await openMap();
    await clickAt(degrees(-300, 100));
    await page.getByLabel("Period", { exact: true }).selectOption(YEAR_BEFORE);
    await page.waitForSelector(`[data-shown="${YEAR_BEFORE}"]`);
    expect(await answer()).toContain("Tue 22 May 2018");
  });

  test("an address opens its period; a withdrawn one opens the latest and says so", async () => {
    await openMap({ hash: `#${BEFORE}` });
    await page.waitForSelector(`[data-shown="${BEFORE}"]`);
    await page.context().close();
    await openMap({ hash: `#${WITHDRAWN}` });
    expect(await page.getByText("The edition that was asked for was withdrawn. This is the latest.").isVisible()).toBe(true);
    expect(await page.getByLabel("Period", { exact: true }).locator("option").count()).toBe(3);
  });

  test("one that does not arrive leaves the one before, and can be tried again", async () => {
    await openMap();
    await page.route(`**/${BEFORE}/edition.json`, (route) => route.abort());
    await page.getByLabel("Period", { exact: true }).selectOption(BEFORE);
    await page.getByRole("alert").waitFor();
    expect(await heading()).toContain("Wed 24 Apr 2019");
    await page.unroute(`**/${BEFORE}/edition.json`);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector(`[data-shown="${BEFORE}"]`);
    faults = []; // Chromium writes a line for what was refused
  });
});

describe("where something is missing", () => {
  test("no script: tables and downloads are there", async () => {
    await open({ javaScriptEnabled: false });
    expect(await page.locator("#edition table").count()).toBe(2);
    expect(await page.locator('#edition a[href$="tables.csv"]').isVisible()).toBe(true);
    expect(await page.locator("canvas, #postcode").count()).toBe(0);
    expect(asked.some((url) => url.endsWith("edition.json"))).toBe(false);
  });

  test("no WebGL: a word about it, tables, and the postcode box", async () => {
    const plain = await launch("--disable-3d-apis");
    await open({ in: plain });
    await page.getByText("The map could not be drawn: this browser does not offer the graphics").waitFor();
    expect(await page.locator("canvas").count()).toBe(0);
    expect(await page.locator(".family").count()).toBe(2);
    await page.getByLabel("postcode").fill("MB1 1AA");
    await page.getByRole("button", { name: "Ask" }).click();
    await expect.poll(answer).toContain("The middle of MB1 1AA is inside the managed area");
    expect(asked.some((url) => /assets\/sheet-/.test(url))).toBe(false);
    await plain.close();
  });

  test.each(["sheet-*.js", "maplibre-*.js"])("a part of what draws does not arrive, %s: the same", async (file) => {
    await open({ before: (p) => p.context().route(`**/assets/${file}`, (route) => route.abort()) });
    await page.getByText("The map could not be drawn").waitFor();
    expect(await page.locator(".family").count()).toBe(2);
    faults = [];
  });

  test("the edition does not arrive: the page stays as the server wrote it", async () => {
    await open({ before: (p) => p.route("**/edition.json", (route) => route.abort()) });
    await page.getByText("a file of it did not arrive").waitFor();
    expect(await page.locator("#edition table").count()).toBe(2);
    faults = [];
  });

  test("an edition without a map says why, and a place has a class all the same", async () => {
    await open({ at: (await newSite({ mapless: true })).address });
    await page.getByText("There is no map in this edition. Fewer than three squares had enough finds.").waitFor();
    expect(await page.locator("canvas").count()).toBe(0);
    await page.getByLabel("postcode").fill("MB1 1AA");
    await page.getByRole("button", { name: "Ask" }).click();
    await expect.poll(answer).toContain("inside the managed area");
  });

  test("no list of postcodes: no box for one", async () => {
    await openMap({ at: (await newSite({ postcodes: false })).address });
    expect(await page.locator("#postcode").count()).toBe(0);
    expect(await page.getByRole("heading", { name: "About my place" }).isVisible()).toBe(true);
    faults = faults.filter((line) => !line.includes("404"));
  });

  test("nothing released: it says so, and asks for nothing", async () => {
    const folder = await mkdtemp(join(tmpdir(), "nothing-"));
    await makeSite(folder, BUILT);
    await writeFile(join(folder, "index.html"), await readFile(join(BUILT, "index.html")));
    const bare = await serveFolder(folder, "/");
    sites.push({ site: bare, folder });
    await open({ at: bare.address });
    expect(await page.getByRole("main").innerText()).toContain("Nothing has been released yet");
    expect(asked.filter((url) => url.includes("/public/"))).toEqual([]);
  });
});

test.each(THEMES)("in %s axe has no finding, nothing is off the side, nothing is small", async (colorScheme) => {
  await openMap({ colorScheme });
  await page.locator("#postcode").fill("MB1 1AA");
  await page.keyboard.press("Enter");
  await page.locator(".answer.is-given").waitFor();
  await unfold(page);
  expect(await page.locator(".map-pane").getAttribute("data-theme")).toBe(colorScheme);
  expect(await wrongAtWidths(page, tooSmall)).toEqual([]);
});

function tooSmall(on: Page): Promise<string[]> {
  return on.evaluate(() =>
    [...document.querySelectorAll("body *")].filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent?.trim()) && parseFloat(getComputedStyle(e).fontSize) < 16).map((e) => e.outerHTML),
  );
}

test("without script axe has no finding either", async () => {
  await open({ viewport: { width: 320, height: 900 }, before: (p) => p.route("**/assets/index-*.js", (route) => route.abort()) });
  expect(await wrongAtWidths(page)).toEqual([]);
  faults = [];
});

test("on paper: sentence, map, answer and every table, and nothing to press", async () => {
  await openMap({ colorScheme: "dark" });
  await clickAt(degrees(-300, 100));
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  for (const there of [".sentence", ".map canvas", ".key", ".answer", ".family", ".map-table table", ".downloads"]) expect(await page.locator(there).first().isVisible(), there).toBe(true);
  for (const gone of [".whole", "#postcode", "#period", ".maplibregl-ctrl-zoom-in", "#how-to-ask"]) expect(await page.locator(gone).isVisible(), gone).toBe(false);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).color)).toBe("rgb(29, 36, 48)");
  expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
});

test("nothing moves where reduced motion is asked for", async () => {
  await openMap({ reducedMotion: "reduce" });
  const seconds = () => page.evaluate(() => [...document.querySelectorAll(".edition > *")].map((e) => parseFloat(getComputedStyle(e).transitionDuration)).reduce((a, b) => a + b, 0));
  expect(await seconds()).toBe(0);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect(await seconds()).toBeGreaterThan(0);
});
