// Incidents over HTTP, as types and addresses. Harm and nuisance are two numbers everywhere: nothing here adds them.
import type { ClassId, SquareName } from "../api";
import type { Range } from "../weeks";

export type Category = "harm" | "nuisance";

export const CATEGORIES: { id: Category; title: string; means: string }[] = [
  { id: "harm", title: "Harm", means: "someone may need help" },
  { id: "nuisance", title: "Nuisance", means: "someone is disturbed" },
];

export interface IncidentCount {
  week?: string | null;
  class?: ClassId;
  /** an id, "" while open */
  outcome?: string;
  square?: SquareName | null;
  category: Category;
  incidents: number;
}

export interface IncidentCounts {
  rows: IncidentCount[];
}

export interface CategoryHours {
  /** by weekday, then hour from 0 to 23 */
  hours: number[][];
  without: number;
}

export interface Hours {
  weekdays: string[];
  harm: CategoryHours;
  nuisance: CategoryHours;
}

export interface Incident {
  source: string;
  ref: string;
  received: string;
  happened?: string;
  category: Category;
  class: ClassId;
  outcome?: string;
  squareOf?: SquareName;
}

export interface IncidentPage {
  incidents: Incident[];
  next?: string;
}

/** A square with many reports of one category. */
export interface IncidentPlace {
  rank: number;
  square: SquareName;
  centre: [number, number];
  reports: number;
  q: number;
  /** more than chance, with those around it */
  hot: boolean;
  category: string;
  trend?: { direction: "rising" | "falling" | "none" };
  hours?: string;
  why: string;
}

export interface IncidentPlaces {
  scored: { title: string; method: string };
  level: number;
  squares: number;
  hot: number;
  /** periods that patterns go by; 0: there are too few */
  steps: number;
  sentence: string;
  note: string;
  rows: IncidentPlace[];
}

export interface ResponsePeriod {
  reports: number;
  attended: number;
  timed: number;
  medianMinutes: number;
  ninetiethMinutes: number;
  calls: number;
  unanswered: number;
  reasons: { id: string; reports: number }[];
  sentence: string;
}

export interface ResponseTimes {
  now: ResponsePeriod;
  before: ResponsePeriod | null;
  year: ResponsePeriod | null;
}

export type Response = Record<Category, ResponseTimes>;

/** What is asked for. null: all; an empty list: none. */
export interface IncidentFilter {
  range: Range | null;
  categories: Category[] | null;
  classes: ClassId[] | null;
  /** for the police alone */
  square: number | null;
}

export function asksNothing(filter: IncidentFilter): boolean {
  return filter.categories?.length === 0 || filter.classes?.length === 0;
}

function params(filter: IncidentFilter, extra: Record<string, string> = {}): string {
  const query = new URLSearchParams();
  if (filter.range) query.set("weeks", `${filter.range.from}/${filter.range.to}`);
  if (filter.categories) query.set("categories", filter.categories.join(","));
  if (filter.classes) query.set("classes", filter.classes.join(","));
  if (filter.square !== null) query.set("square", String(filter.square));
  for (const [name, value] of Object.entries(extra)) query.set(name, value);
  const text = query.toString();
  return text && `?${text}`;
}

/** An address of /v1/incidents/counts; planners may ask by week, class and outcome, and for no square. */
export function incidentCountsUrl(by: string, filter: IncidentFilter, extra: Record<string, string> = {}): string {
  return `/v1/incidents/counts${params(filter, { by, ...extra })}`;
}

/** Of one category, and of all squares. */
export function incidentPlacesUrl(category: Category, filter: IncidentFilter): string {
  return `/v1/incidents/places${params({ ...filter, categories: null, square: null }, { category })}`;
}

export function responseUrl(filter: IncidentFilter): string {
  return `/v1/incidents/response${params({ ...filter, categories: null })}`;
}

export function hoursUrl(filter: IncidentFilter): string {
  return `/v1/incidents/hours${params(filter)}`;
}

export const LISTED = 20;

export function incidentsUrl(filter: IncidentFilter, after?: string): string {
  return `/v1/incidents${params(filter, { limit: String(LISTED), ...(after && { after }) })}`;
}

export function incidentTilesUrl(origin: string, layer: "incidents" | "incident-hotspots", filter: IncidentFilter): string {
  return `${origin}/v1/tiles/${layer}/{z}/{x}/{y}.mvt${params(filter)}`;
}
