// The form of returns: which figures belong together, what of them is sent, and which is refused.
import type { Scheme } from "../../api";
import { formatDate, formatNumber, formatRange } from "../../format";
import type { Refused } from "../../hooks";
import { addDays, daysBetween, type Range } from "../../weeks";
import type { Figure, Measure, Returns, Sent, Stored, Window } from "./contract";

/** How many periods can be chosen. */
const CHOICES = 26;

/** The periods that are over or whose last day it is, the latest first. */
export function periodsUntil(scheme: Pick<Scheme, "anchor" | "periodWeeks">, today: string): Range[] {
  const days = 7 * scheme.periodWeeks;
  const ended = Math.floor((daysBetween(scheme.anchor, today) + 1) / days);
  return Array.from({ length: CHOICES }, (_, i) => {
    const from = addDays(scheme.anchor, days * (ended - 1 - i));
    return { from, to: addDays(from, days) };
  });
}

/** Figures of one agency that are about the same days. */
export interface Group {
  agency: string;
  window: Window;
  measures: Measure[];
  /** null: still to be said */
  days: Range | null;
}

/** The groups in the order of the scheme. Days that a return names are those of the latest one that stands. */
export function groupsOf({ measures, returns }: Returns): Group[] {
  const groups: Group[] = [];
  for (const measure of measures) {
    const known = groups.find((g) => g.agency === measure.agency && g.window === measure.window);
    if (known) known.measures.push(measure);
    else groups.push({ agency: measure.agency, window: measure.window, measures: [measure], days: daysOf(measure) });
  }
  for (const group of groups) {
    if (!saysDays(group.window)) continue;
    const own = returns.filter((r) => group.measures.some((m) => m.id === r.measure));
    const latest = own.reduce<Figure | null>((last, r) => (last && (last.to > r.to || (last.to === r.to && last.from >= r.from)) ? last : r), null);
    if (latest) group.days = { from: latest.from, to: latest.to };
  }
  return groups;
}

function daysOf({ from, to }: Measure): Range | null {
  return from && to ? { from, to } : null;
}

/** True where the days are for the return to say. */
export function saysDays(window: Window): boolean {
  return window === "cohort" || window === "as_at";
}

/** "Police: the reporting period" */
export function groupTitle({ agency, window }: Group): string {
  return `${sentence(agency.replaceAll("_", " "))}: ${WINDOW_WORDS[window]}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const WINDOW_WORDS: Record<Window, string> = {
  period: "the reporting period",
  cohort: "a cohort by date",
  as_at: "as at a day",
  three_months: "the three months before",
};

/** The days as words: one day, or the first and the last. */
export function daysWords(days: Range): string {
  return days.to === addDays(days.from, 1) ? formatDate(days.from) : formatRange(days);
}

/** What was returned for a period, the latest first. Of cohorts only the one whose days the form has: there are many before it. */
export function historyRows({ measures, returns }: Returns, groups: Group[]): Figure[] {
  const cohorts = new Map(groups.filter((g) => g.window === "cohort").flatMap((g) => g.measures.map((m) => [m.id, g.days] as const)));
  const known = new Set(measures.map((m) => m.id));
  const shown = ({ measure, from, to }: Figure) => {
    const days = cohorts.get(measure);
    return known.has(measure) && (days === undefined || (days?.from === from && days.to === to));
  };
  return returns.filter(shown).reverse();
}

/** "11", "65 to 80" or "taken back" */
export function figureWords({ value, least, most, withdrawn }: Figure): string {
  if (withdrawn) return "taken back";
  if (value !== undefined) return formatNumber(value);
  return `${formatNumber(least ?? 0)} to ${formatNumber(most ?? 0)}`;
}

/** The figure that stands for a measure and days. */
export function standing(all: Figure[], measure: string, days: Range | null): Figure | undefined {
  return days ? all.find((r) => r.measure === measure && r.from === days.from && r.to === days.to) : undefined;
}

/** What is written in the fields of a measure: one text, or those of a least and a most. */
export type Texts = Record<string, string[]>;

/** What the fields say at first. */
export function textsOf(group: Group, all: Figure[]): Texts {
  return Object.fromEntries(group.measures.map((m) => [m.id, textOf(m, standing(all, m.id, group.days))]));
}

function textOf(measure: Measure, figure: Figure | undefined): string[] {
  const numbers = measure.range ? [figure?.least, figure?.most] : [figure?.value];
  return numbers.map((n) => (n === undefined ? "" : String(n)));
}

/** Words on a field that the browser would not refuse by itself; by measure. */
export type Faults = Record<string, string>;

/** What is to be sent of a group: what differs from what stands. A figure that was emptied is taken back. */
export function toSend(group: Group, texts: Texts, all: Figure[]): { sent: Sent[]; faults: Faults } {
  const sent: Sent[] = [];
  const faults: Faults = {};
  if (!group.days) return { sent, faults };
  for (const measure of group.measures) {
    const now = (texts[measure.id] ?? []).map((text) => text.trim());
    const figure = standing(all, measure.id, group.days);
    if (now.join("/") === textOf(measure, figure).join("/")) continue;
    const about = { measure: measure.id, ...group.days };
    const empty = now.filter((text) => text === "").length;
    if (now.some((text) => text !== "" && !/^\d{1,7}$/.test(text))) faults[measure.id] = "Write a whole number, in digits alone.";
    else if (empty === now.length) figure && sent.push({ ...about, withdrawn: true });
    else if (empty > 0) faults[measure.id] = "Write both the least and the most.";
    else if (measure.range) sent.push({ ...about, least: Number(now[0]), most: Number(now[1]) });
    else sent.push({ ...about, value: Number(now[0]) });
  }
  return { sent, faults };
}

/** What the server refuses, by measure. */
export function refusedOf(sent: Sent[], errors: Refused[]): Faults {
  const faults: Faults = {};
  for (const { message, location } of errors) {
    const one = sent[Number(location?.match(/^row (\d+)$/)?.[1]) - 1];
    if (one && message) faults[one.measure] ??= `${sentence(message)}.`;
  }
  return faults;
}

/** "2 figures added, 1 corrected or taken back." */
export function storedWords({ added, corrected }: Stored): string {
  const parts = [added > 0 && `${added} ${added === 1 ? "figure" : "figures"} added`, corrected > 0 && `${corrected} corrected or taken back`];
  return `${parts.filter(Boolean).join(", ") || "Nothing was other than it stands"}.`;
}
