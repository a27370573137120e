// The stewards' page of releases, on a server with an epoch. What it does to the server: one signature as `role=steward`; with
// SECOND_STEWARD, the cookie of someone else such as "role=steward&role=planner", theirs too. It never seals.
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { formatRange } from "../src/format";
import type { Calendar, Draft, PeriodLine } from "../src/steward/releases/contract";
import { listed } from "../src/steward/releases/squares";
import { broken, STATE_WORDS } from "../src/steward/releases/words";
import { BASE, type Faults, firstNumber, launch, open, settled } from "./browser";
import { findings, THEMES, wrongAtWidths } from "./looks";

const STEWARD = "role=steward";
const SECOND = process.env["SECOND_STEWARD"] ?? "";
const LIST = "/staff/steward/?part=releases";

let browser: Browser;
let page: Page;
let faults: Faults;

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(BASE + path, { headers: { Cookie: `demo=${STEWARD}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const calendar = await ask<Calendar>("/v1/releases");
const periods = calendar.periods ?? [];
const openLine = periods.find((line) => line.state === "open");
const draft = openLine && (await ask<Draft>(`/v1/releases/${openLine.from}/draft`));
const squares = draft?.squares ?? [];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

afterEach(async () => {
  expect(faults.elsewhere).toEqual([]);
  expect(faults.errors).toEqual([]);
  await page.context().close();
});

async function start(path: string, options: BrowserContextOptions = {}, role = STEWARD): Promise<void> {
  ({ page, faults } = await open(browser, path, options, role));
}

async function startDraft(more = "", options: BrowserContextOptions = {}, role = STEWARD): Promise<void> {
  await start(`${LIST}&period=${openLine?.from}${more}`, options, role);
  await page.locator("#signing-title").waitFor();
  if (squares.length > 0) await bothAtRest();
}

async function bothAtRest(): Promise<void> {
  await settled(page);
  await page.waitForFunction(() => [...document.querySelectorAll("[data-map]")].filter((m) => m.getAttribute("data-map") === "idle").length === 2);
}

describe.each(THEMES)("in %s axe has no finding, and nothing is off the side,", (colorScheme) => {
  test("on the list", async () => {
    await start(LIST, { colorScheme });
    await page.locator(calendar.epoch ? ".records tbody tr" : ".empty").first().waitFor();
    expect(await wrongAtWidths(page)).toEqual([]);
  });

  test.skipIf(!openLine)("on a draft with a square picked", async () => {
    await startDraft(`&square=${encodeURIComponent(squares[0]?.square ?? "")}`, { colorScheme });
    expect(await wrongAtWidths(page)).toEqual([]);
  });

  test.skipIf(!openLine || broken(draft?.findings ?? []).length > 0)("on the question before a signature", async () => {
    await startDraft("", { colorScheme }, "role=crew&role=steward"); // who has not signed
    await page.getByRole("button", { name: "Sign this draft" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await wrongAtWidths(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});

describe("the list", () => {
  test.skipIf(calendar.epoch !== "")("says what to type where no epoch was begun", async () => {
    await start(LIST);
    await page.locator(".empty").waitFor();
    expect(await page.locator(".empty pre").innerText()).toContain("commonground release epoch");
  });

  test.skipIf(periods.length === 0)("has every period with its state in words", async () => {
    await start(LIST);
    await page.locator(".records tbody tr").first().waitFor();
    const rows = await page.locator(".records tbody tr").allInnerTexts();
    expect(rows).toHaveLength(periods.length);
    periods.forEach((line, i) => {
      expect(rows[i]).toContain(formatRange(line));
      expect(rows[i]).toContain(STATE_WORDS[line.state]);
    });
  });

  const oneOfEach = periods.filter((line, i) => line.state !== "open" && periods.findIndex((other) => other.state === line.state) === i);
  test.each(oneOfEach.map((line): [string, PeriodLine] => [line.state, line]))(
    "leads by keyboard to a period that is %s, and back",
    async (_, line) => {
      await start(LIST);
      await page.getByRole("link", { name: formatRange(line) }).press("Enter");
      await page.getByRole("heading", { level: 1, name: formatRange(line) }).waitFor();
      await page.locator("h1:focus").waitFor();
      expect(new URL(page.url()).searchParams.get("period")).toBe(line.from);
      expect(await page.locator("main").innerText()).toContain(STATE_WORDS[line.state]);
      expect(await findings(page)).toEqual([]);
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: "Releases for the public" }).waitFor();
    },
  );

  test("the archive is checked when asked to", async () => {
    await start(LIST);
    const { ok } = await ask<{ ok: boolean }>("/v1/releases/verification");
    await page.getByRole("button", { name: "Check the archive" }).click();
    await page.getByText(ok ? /Every file is the one that was sealed/ : /not as (it was|they were) sealed/).waitFor();
  });

  test("leads to the other part and back, each with an address", async () => {
    await start("/staff/steward/");
    await page.getByRole("link", { name: "Releases for the public" }).click();
    await page.getByRole("heading", { level: 1, name: "Releases for the public" }).waitFor();
    expect(page.url()).toBe(BASE + LIST);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Boundaries, looks and keys" }).waitFor();
  });
});

describe.skipIf(!draft || squares.length === 0)("a draft", () => {
  test("has every rule with its outcome as a word", async () => {
    await startDraft();
    const said = await page.getByRole("list", { name: "Rules" }).locator(":scope > li").allInnerTexts();
    const findings = draft?.findings ?? [];
    expect(said).toHaveLength(findings.length);
    findings.forEach((f, i) => expect(said[i]).toContain(`${f.passed ? "Holds" : "Broken"} ${f.text}`));
  });

  test("lists the squares as the server has them", async () => {
    await startDraft();
    for (const [which, title] of [["found", "All with items"], ["shown", "Shown"], ["hidden", "With items, not shown"]] as const) {
      await page.getByRole("button", { name: title, exact: true }).click();
      const wanted = listed(squares, which);
      expect(firstNumber(await page.locator(".square-choice [role=status]").innerText())).toBe(wanted.length);
      for (let more = page.getByRole("button", { name: "Show more" }); await more.count(); ) await more.click();
      const items = await page.locator(".squares tbody td:nth-of-type(1)").allInnerTexts();
      expect(items.map(firstNumber)).toEqual(wanted.map((s) => s.items));
    }
  });

  test("a square picked by keyboard in the table is told in words and kept in the address", async () => {
    await startDraft();
    const top = listed(squares, "found")[0];
    await page.getByRole("button", { name: top?.square ?? "", exact: true }).press("Enter");
    await bothAtRest();
    expect(await page.locator(".one-square").innerText()).toContain(`${top?.square}:`);
    expect(firstNumber((await page.locator(".one-square span").innerText()).split(": ")[1] ?? "")).toBe(top?.items);
    expect(new URL(page.url()).searchParams.get("square")).toBe(top?.square);
    await page.reload();
    await page.locator("tr.marked").waitFor();
  });

  test("a square clicked on one map is the picked one, and the maps move together", async () => {
    const top = listed(squares, "found")[0];
    await startDraft(`&square=${encodeURIComponent(top?.square ?? "")}`);
    const [left, right] = ["Map that the public would see", "Map of the truth"].map((name) => page.getByRole("region", { name, exact: true })) as [Locator, Locator];
    const scales = async () => Promise.all([left, right].map((map) => map.locator(".maplibregl-ctrl-scale").innerText()));
    const before = await scales();
    expect(before[0]).toBe(before[1]);
    for (const _ of [1, 2]) {
      await left.getByRole("button", { name: "Zoom in" }).click();
      await bothAtRest();
    }
    const after = await scales();
    expect(after[0]).not.toBe(before[0]);
    expect(after[0]).toBe(after[1]);
    await page.getByRole("button", { name: "Let it go" }).click();
    expect(new URL(page.url()).searchParams.get("square")).toBeNull();
    await right.locator("canvas").click(); // in its middle
    await page.locator(".one-square strong").waitFor();
    expect(squares.map((s) => s.square)).toContain(new URL(page.url()).searchParams.get("square"));
  });

  test("is not kept by the browser", async () => {
    const answer = await fetch(`${BASE}/v1/releases/${openLine?.from}/draft`, { headers: { Cookie: `demo=${STEWARD}` } });
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
    await startDraft();
  });
});

describe.skipIf(!draft || broken(draft.findings).length > 0)("signing", () => {
  const sign = () => page.getByRole("button", { name: "Sign this draft" });
  const seal = () => page.getByRole("button", { name: "Seal…" });

  async function signs(role: string): Promise<void> {
    await startDraft("", {}, role);
    if (await sign().isEnabled()) {
      await sign().press("Enter");
      await page.getByRole("button", { name: "I sign it" }).click();
    }
    await page.getByText("(you)").waitFor();
    expect(await sign().isDisabled()).toBe(true);
    expect(await page.getByRole("list", { name: "Signatures" }).innerText()).toContain("for this draft");
  }

  test("one signature is seen and is not enough", async () => {
    await signs(STEWARD);
    const given = ((await ask<Draft>(`/v1/releases/${openLine?.from}/draft`)).signatures ?? []).filter((s) => s.current);
    expect(await seal().isDisabled()).toBe(given.length < 2);
    expect(await page.locator("main").innerText()).toContain("The other signature must be someone else's.");
  });

  test.skipIf(SECOND === "")("with another's it can be sealed, but not by accident", async () => {
    await signs(STEWARD);
    await page.context().close();
    await signs(SECOND);
    await page.waitForFunction(() => [...document.querySelectorAll("button")].some((b) => b.textContent === "Seal…" && !b.disabled));
    await seal().click();
    const go = page.getByRole("button", { name: "Seal and publish" });
    expect(await go.isDisabled()).toBe(true);
    await page.getByRole("textbox").fill("2019-01-01");
    expect(await go.isDisabled()).toBe(true);
    await page.getByRole("textbox").fill(openLine?.from ?? "");
    expect(await go.isEnabled()).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Not yet" }).click();
    expect((await ask<Calendar>("/v1/releases")).periods?.find((l) => l.from === openLine?.from)?.state).toBe("open");
  });
});
