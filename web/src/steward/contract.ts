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
