// Numbers and times of imports as words. Pure.
import type { ClassId, Scheme } from "../api";
import { formatNumber, joinWords, plural } from "../format";
import type { Import, ImportState, Row, Sort } from "./contract";

const NBSP = "\u00a0";
const UNITS = ["bytes", "kB", "MB", "GB"];

/** "812 bytes", "2.4 MB", "86 kB" */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, "byte");
  let [n, unit] = [bytes, 0];
  // 999.96 of a unit would be written as 1000.
  while (n >= 999.5 && unit < UNITS.length - 1) [n, unit] = [n / 1000, unit + 1];
  return `${n < 10 ? n.toFixed(1) : formatNumber(n)}${NBSP}${UNITS[unit]}`;
}

/** "about 40 seconds left"; nothing where it is not known. */
export function formatLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "";
  if (seconds < 2) return "nearly done";
  if (seconds < 60) return `about ${plural(seconds < 10 ? Math.round(seconds) : Math.ceil(seconds / 5) * 5, "second")} left`;
  if (seconds < 3600) return `about ${plural(Math.ceil(seconds / 60), "minute")} left`;
  return `about ${plural(Math.ceil(seconds / 3600), "hour")} left`;
}

const BEGINNINGS: Partial<Record<ImportState, string>> = { cancelled: "Cancelled after ", failed: "Stopped after " };

/** "1,204 rows: 1,180 added, 20 there already, 4 refused, 12 without a usable place" */
export function resultText(one: Import): string {
  const parts = [`${formatNumber(one.added)} added`];
  if (one.unchanged) parts.push(`${formatNumber(one.unchanged)} there already`);
  if (one.gone) parts.push(`${formatNumber(one.gone)} deleted earlier, so not added`);
  parts.push(one.refused ? `${formatNumber(one.refused)} refused` : "none refused");
  if (one.unlocated) parts.push(`${formatNumber(one.unlocated)} without a usable place`);
  return `${BEGINNINGS[one.state] ?? ""}${plural(one.rows, "row")}: ${parts.join(", ")}`;
}

/** The server shows no more rows than these. */
const FIRST_ROWS = 200;

/** What is known of the first rows, as a sentence; of all, where the file has no more. */
export function previewText(rows: Row[]): string {
  if (rows.length === 0) return "The file has no rows below its first.";
  const refused = rows.filter((row) => row.refusal).length;
  const passed = rows.length - refused;
  const nowhere = rows.filter((row) => !row.refusal && !row.point).length;
  const without = nowhere ? ` (${formatNumber(nowhere)} without a usable place)` : "";
  const parts = [`${formatNumber(passed)} can be stored${without}`, `${refused ? formatNumber(refused) : "none"} would be refused`];
  const which = rows.length < FIRST_ROWS ? "Of the file's" : "Of the first";
  return `${which} ${plural(rows.length, "row")} ${joinWords(parts)}.`;
}

const STATES: Record<ImportState, string> = {
  uploaded: "sent, not started",
  waiting: "waiting",
  running: "running",
  done: "done",
  failed: "stopped by a fault",
  cancelled: "cancelled",
};

export function stateTitle(state: ImportState): string {
  return STATES[state] ?? state;
}

export const SORT_TITLES: Record<Sort, string> = { pickups: "Pickups", incidents: "Incidents" };

/** What nothing is kept of. */
export function droppedText(dropped: string[] | null): string {
  if (!dropped?.length) return "Every column of the file is read.";
  return `Nothing is kept of: ${dropped.join(", ")}.`;
}

/** A sentence of the server in the words of this page. */
export function pageWords(text: string): string {
  const plain = text.replace(/^map \w+=(.*?): /, "“$1”: ").trim();
  const sentence = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?…]$/.test(sentence) || sentence === "" ? sentence : `${sentence}.`;
}

/** "is empty" of a refusal begins no sentence: its field does. */
export function reasonText(reason: string): string {
  return pageWords(/^(is|has) /.test(reason) ? `It ${reason}` : reason);
}

/** The title of a class, and the area that it is for. */
export function classText(scheme: Pick<Scheme, "classes">, row: Pick<Row, "class" | "area" | "point">): string {
  if (!row.point) return "no usable place";
  const title = scheme.classes.find((c) => c.id === row.class)?.title ?? row.class;
  return row.area ? `${title}, ${row.area}` : title;
}

/** The coordinate systems that are understood. */
export const SYSTEMS: [code: string, title: string][] = [
  ["EPSG:4326", "longitude and latitude (WGS 84)"],
  ["EPSG:27700", "British National Grid: easting and northing"],
  ["EPSG:3857", "web Mercator: metres"],
];

/** What is read where no coordinate system is chosen. */
export function systemText(crs: string): string {
  const title = SYSTEMS.find(([code]) => code === crs)?.[1];
  return title ? `as the file says: ${title}` : "as the columns say";
}

/** The class whose mark stands beside a row. */
export function markOf(row: Pick<Row, "class" | "point">): ClassId {
  return row.point && row.class ? row.class : "unlocated";
}
