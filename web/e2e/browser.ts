// A browser for the tests, and what they need to know of the server.
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type ConsoleMessage, type Locator, type Page } from "playwright-core";

/** A running server with records in it: BASE_URL, by the name that vitest.e2e.config.ts gives it. */
export const BASE = process.env["SERVER"] ?? "";
if (!BASE) throw new Error("BASE_URL is not set: start `commonground serve` with the sample and name its address, such as http://127.0.0.1:8080");

// Chromium without its own windows, where it is installed: a page opens in half the time.
const WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell";
const PROGRAM = process.env["CHROMIUM"] ?? (existsSync(WITHOUT_WINDOWS) ? WITHOUT_WINDOWS : "/usr/bin/chromium");

// Headless Chromium draws WebGL in software and asks nobody for updates. Only WebGL goes by way of the made-up
// graphics card: to put pages together there took more of the processor than all that the tests are about.
const ARGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-gpu-compositing",
  "--disable-gpu-rasterization",
];

/** Said of the browser's own reading of a map that it draws in software, whatever the page does. */
const OF_SOFTWARE = /^\[\.WebGL-\w+\]GL Driver Message \(OpenGL, Performance, GL_CLOSE_PATH_NV, High\): GPU stall due to ReadPixels/;

/** Who asks, as the cookie of --demo-roles says it. */
export const PLANNER = "role=planner";
export const POLICE = "role=police&why=test";

/** An answer to a planner. */
export function get(path: string): Promise<Response> {
  return fetch(BASE + path, { headers: { Cookie: `demo=${PLANNER}` } });
}

/** `more` are further flags, such as one that leaves WebGL out. */
export function launch(...more: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: [...ARGS, ...more] });
}

/** Whether the console tells of something that is wrong with the page. */
export function isFault(message: ConsoleMessage): boolean {
  return ["error", "warning"].includes(message.type()) && !OF_SOFTWARE.test(message.text());
}

/** What a page must not do. */
export interface Faults {
  errors: string[];
  elsewhere: string[];
}

export interface Opened {
  page: Page;
  faults: Faults;
  /** paths and queries of all requests, as they are made */
  asked: string[];
}

export interface Opening extends BrowserContextOptions {
  /** the server, where it is another */
  at?: string;
  /** what is to be done with the page before it asks for anything */
  before?(page: Page): Promise<unknown>;
}

/** A page in a context of its own, with its faults written down as they happen. */
export async function open(browser: Browser, path: string, { at = BASE, before, ...options }: Opening = {}, role = PLANNER): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  if (role) await context.addCookies([{ name: "demo", value: role, url: at }]);
  const page = await context.newPage();
  const faults: Faults = { errors: [], elsewhere: [] };
  const asked: string[] = [];
  page.on("console", (message) => isFault(message) && faults.errors.push(message.text()));
  page.on("pageerror", (error) => faults.errors.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    asked.push(url.slice(at.length));
    if (!url.startsWith(`${at}/`) && !/^(data|blob):/.test(url)) faults.elsewhere.push(url);
  });
  await before?.(page);
  await page.goto(at + path);
  return { page, faults, asked };
}

/** The staff page with its map at rest and no numbers pending. */
export async function openStaff(browser: Browser, address = "", options: BrowserContextOptions = {}): Promise<Opened> {
  const opened = await open(browser, `/staff/${address}`, options);
  await settled(opened.page);
  return opened;
}

/** Waits until the map has drawn everything and no number is from an earlier question. */
export async function settled(page: Page): Promise<void> {
  await atRest(page);
  // A slow answer fades the old numbers only after a while, and a change may have made the map busy
  // after it was last seen idle: so look twice.
  await page.waitForTimeout(350);
  await atRest(page);
}

async function atRest(page: Page): Promise<void> {
  await page.waitForSelector('[data-map="idle"]');
  await page.waitForFunction(
    () => !document.querySelector(".is-stale") && document.getAnimations().every((a) => a.playState !== "running"),
  );
}

export async function json<T>(path: string): Promise<T> {
  const answer = await get(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The number in front of "items" in the headline; "No items" is 0. */
export async function headlineItems(page: Page): Promise<number> {
  return firstNumber(await page.locator(".headline h1").innerText());
}

export async function tableItems(page: Page): Promise<number> {
  return firstNumber((await page.locator('[data-total="items"]').textContent()) ?? "");
}

export function firstNumber(text: string): number {
  return Number(/\d[\d,]*/.exec(text)?.[0].replaceAll(",", "") ?? 0);
}

/** The query of the page's address, which is also that of the API. */
export function asked(page: Page, names: string[]): string {
  const here = new URL(page.url()).searchParams;
  return names.flatMap((name) => (here.has(name) ? [`${name}=${encodeURIComponent(here.get(name) ?? "")}`] : [])).join("&");
}

/** Presses Tab until a control has the focus, as someone without a mouse does. Throws where it is not reached. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let i = 0; i < 200; i++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${control}`);
}
