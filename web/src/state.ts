// What the page shows, as an address: query for the question, hash for the map's position. Reload, back and a sent link
// all show the same.
import type { ClassId, Filter, Scheme } from "./api";
import { fitRange, lastWeeks, type Range } from "./weeks";

export interface Position {
  zoom: number;
  lat: number;
  lon: number;
}

export interface State {
  /** null: the last weeks that have records, whichever they are by then */
  range: Range | null;
  /** null: all */
  kinds: string[] | null;
  /** null: all */
  classes: ClassId[] | null;
  /** a square's side is 125 m × 2^level */
  square: { id: number; level: number } | null;
  position: Position | null;
}

/** Weeks shown where the address names none. */
export const DEFAULT_WEEKS = 4;

export function parseState(search: string, hash: string): State {
  const params = new URLSearchParams(search);
  return {
    range: parseRange(params.get("weeks")),
    kinds: parseList(params.get("kinds")),
    classes: parseList(params.get("classes")) as ClassId[] | null,
    square: parseSquare(params.get("square"), params.get("level")),
    position: parsePosition(hash),
  };
}

/** The part of the address after the path, with more parameters besides; "" where everything is as at first. */
export function formatState(state: State, more: Record<string, string> = {}): string {
  const query: string[] = [];
  const add = (name: string, value: string) => query.push(`${name}=${value.split(/([/,])/).map(encodePart).join("")}`);
  if (state.range) add("weeks", `${state.range.from}/${state.range.to}`);
  if (state.kinds) add("kinds", state.kinds.join(","));
  if (state.classes) add("classes", state.classes.join(","));
  if (state.square) {
    add("square", String(state.square.id));
    if (state.square.level > 0) add("level", String(state.square.level));
  }
  for (const [name, value] of Object.entries(more)) add(name, value);
  return (query.length > 0 ? `?${query.join("&")}` : "") + formatPosition(state.position);
}

/** The state as a filter that the scheme can answer: unknown ids dropped, weeks cut to those that have records. */
export function filterOf(state: State, scheme: Scheme): Filter & { range: Range } {
  const span = spanOf(scheme);
  return {
    range: (state.range && fitRange(state.range, span)) ?? lastWeeks(span, DEFAULT_WEEKS),
    kinds: knownIds(state.kinds, scheme.kinds.map((k) => k.id)),
    classes: knownIds(state.classes, scheme.classes.map((c) => c.id)),
  };
}

/** All weeks with records, as a range; empty where there are none. */
export function spanOf(scheme: Scheme): Range {
  return { from: scheme.weeks?.first ?? "1970-01-01", to: scheme.weeks?.end ?? "1970-01-01" };
}

/** The list with one entry put in or taken out, in the order of all; null where that is all of them. */
export function toggle<T extends string>(chosen: T[] | null, all: T[], id: T): T[] | null {
  const was = new Set(chosen ?? all);
  if (!was.delete(id)) was.add(id);
  return was.size === all.length ? null : all.filter((a) => was.has(a));
}

/** Those of the chosen that there are, in the order of all; null where that is all of them. */
export function knownIds<T extends string>(chosen: T[] | null, all: T[]): T[] | null {
  if (chosen === null) return null;
  const kept = all.filter((id) => chosen.includes(id));
  return kept.length === all.length ? null : kept;
}

// Commas and slashes are allowed in a query, and far easier to read in a link than %2C.
function encodePart(part: string): string {
  return part === "/" || part === "," ? part : encodeURIComponent(part);
}

export function parseList(text: string | null): string[] | null {
  return text === null ? null : text.split(",").filter((id) => id !== "");
}

function parseRange(text: string | null): Range | null {
  const match = /^(\d{4}-\d\d-\d\d)\/(\d{4}-\d\d-\d\d)$/.exec(text ?? "");
  return match?.[1] && match[2] ? { from: match[1], to: match[2] } : null;
}

function parseSquare(id: string | null, level: string | null): State["square"] {
  if (!id || !/^\d{1,16}$/.test(id) || !Number.isSafeInteger(Number(id))) return null;
  return { id: Number(id), level: level && /^\d$|^1[0-3]$/.test(level) ? Number(level) : 0 };
}

function parsePosition(hash: string): Position | null {
  const match = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(hash);
  if (!match) return null;
  const [zoom, lat, lon] = match.slice(1).map(Number) as [number, number, number];
  const valid = zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180;
  return valid ? { zoom, lat, lon } : null;
}

function formatPosition(position: Position | null): string {
  if (!position) return "";
  // Five decimals are about a metre.
  return `#${position.zoom.toFixed(2)}/${position.lat.toFixed(5)}/${position.lon.toFixed(5)}`;
}
