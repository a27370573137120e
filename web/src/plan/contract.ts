// What the server says of scores, forecasts and plans, and the addresses. Nothing here fetches.
import { type Filter, filterParams, type ClassId, type SquareName } from "../api";

export type Place = [lon: number, lat: number];

/** What is scored: items, or items for each visit. */
export type Value = "items" | "per_visit";

/** What an answer was worked out from, and how. */
export interface Scored {
  /** what is scored, of which squares, weeks and kinds, in words */
  title: string;
  method: string;
  domain: string;
  squares: number;
  level: number;
  sideM: number;
  weeks: string;
  p?: string;
  correction?: string;
  seed?: number | null;
  draws?: number | null;
  note?: string;
}

/** What a plan goes by, and how it was made. */
export interface About {
  title: string;
  method: string;
  weeks: string;
}

export interface HotRow {
  rank: number;
  square: SquareName;
  /** not there where it has nothing */
  class?: ClassId;
  centre: Place;
  items: number;
  /** not there for who sees no visits */
  visits?: number;
  z: number;
  p: number;
  /** p after the correction for many squares */
  q: number;
  hot: boolean;
  category: string;
  /** not there where there are too few weeks */
  trend?: { direction: "rising" | "falling" | "none" };
  why: string;
}

export interface Hotspots {
  scored: Scored;
  hot: number;
  cold: number;
  sentence: string;
  rows: HotRow[];
}

export interface Trends {
  sentence: string;
}

export interface Concentration {
  sentences: string[];
}

/** Where a crew must be before a time of day. */
export interface MustVisit {
  place: Place;
  title: string;
  /** "08:00" */
  before: string;
}

/** What is asked of POST /v1/rounds. */
export interface RoundQuestion {
  /** where it ends, too */
  start: Place;
  date: string;
  leave: string;
  minutes: number;
  weeks: string;
  kinds?: string[];
  mustVisit: MustVisit[];
}

export interface Stop {
  order: number;
  square: SquareName | null;
  title: string;
  place: Place;
  arrive: string;
  expected: number;
  /** not there where it is at any time */
  before?: string;
  walkM: number;
}

export interface Round {
  stops: Stop[];
  minutes: number;
  metres: number;
  expected: number;
  ofExpected: number;
  exact: boolean;
  /** visits that can't be made in time */
  left: { title: string; why: string }[];
  sentence: string;
  /** how good such forecasts were */
  accuracy: string;
  scored: About;
}

export interface Site {
  order: number;
  square: SquareName;
  centre: Place;
  covers: number;
  share: number;
  runningShare: number;
}

export interface Bins {
  sites: Site[];
  sentence: string;
  method: string;
  scored: About;
}

/** Items in three rings: where something changed, around it, and elsewhere. */
export interface Rings {
  treated: number;
  buffer: number;
  control: number;
}

export interface Displacement {
  before: Rings;
  after: Rings;
  /** null where it can't be worked out */
  quotient: number | null;
  interval: [number, number] | null;
  sentence: string;
}

export const ROUNDS = "/v1/rounds";

export function hotspotsUrl(filter: Filter, value: Value): string {
  return withFilter("/v1/hotspots", filter, { value, limit: "20" });
}

export function trendsUrl(filter: Filter): string {
  return withFilter("/v1/trends", filter, { by: "class" });
}

export function concentrationUrl(filter: Filter): string {
  return withFilter("/v1/concentration", filter, {});
}

export function binsUrl(filter: Filter, n: number, within: number): string {
  return withFilter("/v1/bins", filter, { n: String(n), within: String(within) });
}

/** `where` is "area" or "square" with its id. */
export function displacementUrl(filter: Filter, asked: { date: string; weeks: number; buffer: number; where: [name: string, id: string] }): string {
  const [name, id] = asked.where;
  const extra = { date: asked.date, weeks: String(asked.weeks), buffer: String(asked.buffer), [name]: id };
  return withFilter("/v1/displacement", { ...filter, range: null }, extra);
}

function withFilter(path: string, filter: Filter, extra: Record<string, string>): string {
  const params = filterParams(filter);
  for (const [name, value] of Object.entries(extra)) params.set(name, value);
  return `${path}?${params}`;
}
