import { expect, test } from "vitest";
import type { Figure, Measure, Returns } from "./contract";
import { daysWords, figureWords, groupsOf, groupTitle, historyRows, periodsUntil, refusedOf, storedWords, textsOf, toSend } from "./model";

const PERIOD = { from: "2019-04-24", to: "2019-05-22" };
const COHORT = { from: "2018-12-01", to: "2019-04-01" };
const measure = (id: string, agency: string, window: Measure["window"], more: Partial<Measure> = {}): Measure => ({
  id,
  title: id.toUpperCase(),
  agency,
  window,
  range: false,
  ...more,
});
const figure = (number: number, id: string, days: { from: string; to: string }, more: Partial<Figure>): Figure => ({
  number,
  measure: id,
  ...days,
  at: "2019-05-29T09:00:00Z",
  ...more,
});

const ANSWER: Returns = {
  measures: [
    measure("warnings", "police", "period", PERIOD),
    measure("cautioned", "police", "cohort"),
    measure("arrests", "police", "period", PERIOD),
    measure("attended", "police", "cohort", { part_of: "cautioned" }),
    measure("closures", "antisocial_behaviour", "as_at", { from: "2019-05-21", to: "2019-05-22" }),
    measure("engaged", "outreach", "three_months", { range: true, from: "2019-02-01", to: "2019-05-01" }),
  ],
  returns: [
    figure(1, "warnings", PERIOD, { value: 11 }),
    figure(2, "cautioned", { from: "2018-11-01", to: "2019-03-01" }, { value: 9 }),
    figure(3, "cautioned", COHORT, { value: 19 }),
    figure(4, "engaged", { from: "2019-02-01", to: "2019-05-01" }, { least: 65, most: 80 }),
  ],
};
const [police, cohort, closures, engaged] = groupsOf(ANSWER) as [ReturnType<typeof groupsOf>[0], ReturnType<typeof groupsOf>[0], ReturnType<typeof groupsOf>[0], ReturnType<typeof groupsOf>[0]];

test("the last period offered is the one that is over, or ends today", () => {
  const scheme = { anchor: "2019-04-24", periodWeeks: 4 };
  expect(periodsUntil(scheme, "2019-05-21")[0]).toEqual(PERIOD);
  expect(periodsUntil(scheme, "2019-06-17")[0]).toEqual(PERIOD);
  expect(periodsUntil(scheme, "2019-06-18")[0]).toEqual({ from: "2019-05-22", to: "2019-06-19" });
  expect(periodsUntil(scheme, "2019-05-20")[0]).toEqual({ from: "2019-03-27", to: "2019-04-24" });
  expect(periodsUntil({ anchor: "2026-01-05", periodWeeks: 5 }, "2019-01-01")[0]?.to).toBe("2018-12-03");
});

test("figures about the same days stand together, and a cohort has the days of its latest return", () => {
  expect(groupsOf(ANSWER).map((g) => [groupTitle(g), g.measures.map((m) => m.id).join(), g.days && daysWords(g.days)])).toEqual([
    ["Police: the reporting period", "warnings,arrests", "Wed 24 Apr 2019 to Tue 21 May 2019"],
    ["Police: a cohort by date", "cautioned,attended", "Sat 1 Dec 2018 to Sun 31 Mar 2019"],
    ["Antisocial behaviour: as at a day", "closures", "Tue 21 May 2019"],
    ["Outreach: the three months before", "engaged", "Fri 1 Feb 2019 to Tue 30 Apr 2019"],
  ]);
  expect(groupsOf({ ...ANSWER, returns: [] })[1]?.days).toBeNull();
});

test("the fields say what stands", () => {
  expect(textsOf(police, ANSWER.returns)).toEqual({ warnings: ["11"], arrests: [""] });
  expect(textsOf(cohort, ANSWER.returns)).toEqual({ cautioned: ["19"], attended: [""] });
  expect(textsOf(engaged, ANSWER.returns)).toEqual({ engaged: ["65", "80"] });
  expect(textsOf({ ...cohort, days: null }, ANSWER.returns)).toEqual({ cautioned: [""], attended: [""] });
});

test("what differs is sent, and what was emptied is taken back", () => {
  const send = (group: typeof police, texts: Record<string, string[]>) => toSend(group, texts, ANSWER.returns);
  expect(send(police, { warnings: ["11"], arrests: [""] })).toEqual({ sent: [], faults: {} });
  expect(send(police, { warnings: [" 12 "], arrests: ["0"] }).sent).toEqual([
    { measure: "warnings", ...PERIOD, value: 12 },
    { measure: "arrests", ...PERIOD, value: 0 },
  ]);
  expect(send(police, { warnings: [""], arrests: [""] }).sent).toEqual([{ measure: "warnings", ...PERIOD, withdrawn: true }]);
  expect(send(engaged, { engaged: ["60", "80"] }).sent).toMatchObject([{ least: 60, most: 80 }]);
  expect(send(engaged, { engaged: ["", ""] }).sent).toMatchObject([{ withdrawn: true }]);
  expect(send({ ...cohort, days: null }, { cautioned: ["1"] })).toEqual({ sent: [], faults: {} });
});

test("what can't be a figure stays here", () => {
  for (const text of ["-1", "1.5", "about 10", "1,000", "12345678"]) {
    expect(toSend(closures, { closures: [text] }, []).faults).toEqual({ closures: "Write a whole number, in digits alone." });
  }
  expect(toSend(engaged, { engaged: ["65", ""] }, []).faults).toEqual({ engaged: "Write both the least and the most." });
});

test("what the server refuses is said beside its figure", () => {
  const { sent } = toSend(cohort, { cautioned: ["5"], attended: ["6"] }, ANSWER.returns);
  expect(refusedOf(sent, [{ message: "attended can't be above cautioned", location: "row 2" }])).toEqual({ attended: "Attended can't be above cautioned." });
  expect(refusedOf(sent, [{ message: "x", location: "row 9" }, { location: "row 1" }, { message: "y" }])).toEqual({});
});

test("the history has the latest first, and of cohorts only the one in the fields", () => {
  expect(historyRows(ANSWER, groupsOf(ANSWER)).map((r) => r.number)).toEqual([4, 3, 1]);
  expect(historyRows({ ...ANSWER, measures: [] }, [])).toEqual([]);
});

test("a figure is said in words", () => {
  expect(figureWords(figure(1, "warnings", PERIOD, { value: 1234 }))).toBe("1,234");
  expect(figureWords(figure(1, "engaged", PERIOD, { least: 65, most: 80 }))).toBe("65 to 80");
  expect(figureWords(figure(1, "warnings", PERIOD, { withdrawn: true }))).toBe("taken back");
});

test("what came of it is said in words", () => {
  expect(storedWords({ added: 1, corrected: 0, unchanged: 3 })).toBe("1 figure added.");
  expect(storedWords({ added: 2, corrected: 1, unchanged: 0 })).toBe("2 figures added, 1 corrected or taken back.");
  expect(storedWords({ added: 0, corrected: 0, unchanged: 0 })).toBe("Nothing was other than it stands.");
});
