// What an edition says, in sentences.
import { formatDate, formatRange, joinWords, plural } from "../format";
import { lastDay } from "../weeks";
import { type Edition, familyTitle, type Period } from "./contract";

/** "Wed 24 Apr and Tue 21 May 2019", or with another word between: the first year only where it is another. */
export function spanWords(period: Pick<Period, "from" | "to">, joint = "and"): string {
  const [first, last] = [formatDate(period.from), formatDate(lastDay(period))];
  const sameYear = first.slice(-4) === last.slice(-4);
  return `${sameYear ? first.slice(0, -5) : first} ${joint} ${last}`;
}

/** "4 weeks" */
export function lengthWords(period: Period): string {
  return plural(period.weeks.length, "week");
}

/** A published figure in a sentence: "about 325", "fewer than 10". */
export function aboutFigure(text: string): string {
  return /^\d/.test(text) ? `about ${thousands(text)}` : text;
}

/** "1450" as "1,450"; words as they are. */
export function thousands(text: string): string {
  return text.replace(/^\d{4,}$/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));
}

/** The sentence for the whole area, as the server writes it. */
export function wholeArea(edition: Edition): string {
  const { totals } = edition.tables;
  const when = `From ${periodTitle(edition.period)}`;
  if (totals.length === 0) return `${when} no total is given for the whole area: with it, what is hidden in the tables could be worked out.`;
  const families = totals.map((t) => `${aboutFigure(t.items)} ${familyTitle(edition, t.family).toLowerCase()}`);
  return `${when}, crews removed ${joinWords(families)} in the whole area.`;
}

/** How the figures of the tables were made coarse. */
export function roundingWords({ policy }: Edition): string {
  const { table_min, table_step, total_step } = policy;
  const under = `Figures under ${table_min} read “fewer than ${table_min}”`;
  return `${under}, others are rounded to the nearest ${table_step} and totals to the nearest ${total_step}, so rows do not add up exactly. What was found at a place or on a day that is not known is in no figure.`;
}

/** The period of an edition for a list. */
export function periodTitle(period: Pick<Period, "from" | "to">): string {
  return formatRange(period);
}

/** ", 12 kB" after the name of a file; nothing where it is not known. */
export function sizeWords(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  const mega = bytes / 2 ** 20;
  return mega < 1 ? `, ${Math.max(1, Math.round(bytes / 1024))}\u00a0kB` : `, ${mega.toFixed(1)}\u00a0MB`;
}
