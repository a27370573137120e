// What stewards look after, over HTTP.
import type { ClassId } from "../api";
import type { Role } from "../me";

export interface Version {
  version: number;
  from: string | null;
  /** first day not in force any more */
  to: string | null;
  withdrawn: boolean;
  areas: Partial<Record<ClassId, number>>;
}

/** How a file of areas is to be read. */
export interface Areas {
  from: string;
  classProperty: string;
  /** such as "residential=R1,R2" */
  class: string[];
  ignore: string[];
  idProperty: string;
  nameProperty: string;
}

/** What a version would change, or did. */
export interface Preview extends Version {
  ignored?: number;
  flaws?: string[];
  /** all that someone who is not of the police is told of them */
  incidents?: string;
  changed: { visits: number };
  classes: { before: ClassId; after: ClassId; visits: number }[];
}

/** `part` is "/preview", or "" to put it in. */
export function areasUrl(areas: Areas, part: "/preview" | ""): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(areas)) {
    for (const one of Array.isArray(value) ? (value as string[]) : [value as string]) if (one) query.append(name, one);
  }
  return `/v1/boundaries${part}?${query}`;
}

export interface Entry {
  number: number;
  at: string;
  who: string;
  name: string;
  roles: string;
  action: string;
  subject?: string;
  what: string;
  records?: number;
  why?: string;
}

export interface Entries {
  entries: Entry[];
  next?: number;
}

export interface Unusual {
  rule: string;
  title: string;
  who: string;
  name: string;
  subject?: string;
  count: number;
  from: string;
  to: string;
}

export interface Summary {
  entries: number;
  people: number;
  actions: { action: string; entries: number }[];
  unusual: Unusual[];
}

export interface Key {
  id: string;
  roles: Role[];
  source?: string;
  purpose: string;
  created: string;
  expires: string;
  revoked: string | null;
  lastUsed: string | null;
  good: boolean;
}

export interface NewKey {
  roles: Role[];
  source?: string;
  purpose: string;
  expires: string;
}

const LISTED = 20;

export function entriesUrl(before?: number): string {
  return `/v1/audit?limit=${LISTED}${before === undefined ? "" : `&before=${before}`}`;
}

/** Whether a key is good, as a word. */
export function keyState(key: Key): string {
  if (key.revoked) return "revoked";
  return key.good ? "good" : "expired";
}

/** Who may send records needs a source; the others have none. */
export function needsSource(role: Role): boolean {
  return role === "sender" || role === "crew";
}
