// Files that become records, over HTTP.
import type { ClassId } from "../api";
import type { Role } from "../me";

export type Sort = "pickups" | "incidents";
export type ImportState = "uploaded" | "waiting" | "running" | "done" | "failed" | "cancelled";

/** One file that was sent, and what became of it so far. */
export interface Import {
  id: string;
  name: string;
  sort: Sort;
  state: ImportState;
  bytes: number;
  /** bytes read so far */
  read: number;
  rows: number;
  added: number;
  unchanged: number;
  gone: number;
  refused: number;
  unlocated: number;
  mapping: string;
  dropped: string[] | null;
  first_refusals: string[] | null;
  error: string;
  created: string;
  ended: string;
  expires: string;
}

/** What a column can be read as. */
export interface Field {
  field: string;
  title: string;
  needed: boolean;
  /** the column taken for it; "" for none */
  column: string;
}

/** A row of the file, and what was understood. */
export interface Row {
  line: number;
  texts: string[] | null;
  point: [number, number] | null;
  class: ClassId | "";
  area: string;
  at: string;
  items: number | null;
  refusal: string;
}

export interface Preview {
  columns: string[];
  fields: Field[];
  rows: Row[];
  dropped: string[] | null;
  problem: string;
  /** the field whose column is to be chosen for it; "" for none */
  problem_field: string;
  sheets: string[];
  layers: string[];
  /** the sheet or layer that is read; "" where one must be chosen first */
  part: string;
  /** the coordinate system of the places, such as "EPSG:27700"; "" where nothing says it */
  crs: string;
}

/** The largest file that the server takes. */
export const MOST_BYTES = 2 ** 30;

const SENDERS: Record<Sort, Role> = { pickups: "planner", incidents: "police" };

/** What someone may send. */
export function sortsFor(roles: Role[]): Sort[] {
  return (["pickups", "incidents"] as const).filter((sort) => roles.includes(SENDERS[sort]));
}

export function importUrl(id: string, part = ""): string {
  return `/v1/imports/${encodeURIComponent(id)}${part && `/${part}`}`;
}
