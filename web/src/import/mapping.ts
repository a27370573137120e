// Which column is read as what. Pure.
import { type Field, importUrl, type Preview, type Sort } from "./contract";

/** What someone chose; all else is guessed by the server. */
export interface Choices {
  /** columns by field; "" where a field is in no column */
  map: Record<string, string>;
  source: string;
  dates: "" | "dmy" | "mdy";
  kind: string;
  category: string;
  sheet: string;
  layer: string;
  crs: string;
}

export const NO_CHOICES: Choices = { map: {}, source: "", dates: "", kind: "", category: "", sheet: "", layer: "", crs: "" };

const WHOLE_FILE = ["source", "dates", "kind", "category", "sheet", "layer", "crs"] as const;

export function previewUrl(id: string, choices: Choices): string {
  const query = new URLSearchParams();
  for (const field of Object.keys(choices.map).toSorted()) query.append("map", `${field}:${choices.map[field]}`);
  for (const name of WHOLE_FILE) {
    const value = trimmed(choices)[name];
    if (value) query.set(name, value);
  }
  const asked = query.toString();
  return importUrl(id, "preview") + (asked && `?${asked}`);
}

/** What is started is what was shown: the columns that were guessed are named, too. */
export function startBody(preview: Preview, choices: Choices): Choices {
  return { ...trimmed(choices), map: { ...shown(preview.fields), ...choices.map } };
}

function trimmed(choices: Choices): Choices {
  return { ...choices, source: choices.source.trim() };
}

function shown(fields: Field[]): Record<string, string> {
  return Object.fromEntries(fields.filter((f) => f.column).map((f) => [f.field, f.column]));
}

/** The column of a field: the one that was chosen, else the one that the server took. */
export function columnOf(field: Field, choices: Choices): string {
  return choices.map[field.field] ?? field.column;
}

/** A column means one thing: where it is chosen for a field, another that was chosen for it is let go. */
export function choose(choices: Choices, field: string, column: string): Choices {
  const others = Object.entries(choices.map).filter(([name, taken]) => name !== field && (column === "" || taken !== column));
  return { ...choices, map: { ...Object.fromEntries(others), [field]: column } };
}

/** What has to be said for the whole file, since no column tells. */
export function unsaid(sort: Sort, fields: Field[], choices: Choices, kinds: string[]): { source: boolean; kind: boolean; category: boolean } {
  const told = (names: string[]) => fields.some((f) => names.includes(f.field) && columnOf(f, choices) !== "");
  return {
    source: !told(["source"]),
    kind: sort === "pickups" && !told(["kind", ...kinds]),
    category: sort === "incidents" && !told(["category"]),
  };
}

/** The fields that a file seems to have or must have, and the others. */
export function grouped(fields: Field[], choices: Choices): { first: Field[]; others: Field[] } {
  const isFirst = (f: Field) => f.needed || columnOf(f, choices) !== "";
  return { first: fields.filter(isFirst), others: fields.filter((f) => !isFirst(f)) };
}

const LONGEST_EXAMPLE = 32;

/** The first value that a column has, as an example; of a long one the beginning. */
export function exampleOf(preview: Preview, column: string): string {
  const at = preview.columns.indexOf(column);
  const text = at < 0 ? "" : (preview.rows.map((row) => row.texts?.[at]?.trim() ?? "").find((value) => value !== "") ?? "");
  return text.length <= LONGEST_EXAMPLE ? text : `${text.slice(0, LONGEST_EXAMPLE)}…`;
}

/** Under which troubles() has those of the order of day and month. */
export const DATES = "dates";

export interface FieldTrouble {
  /** rows shown that are refused for it */
  rows: number;
  /** why the first is */
  reason: string;
}

/** What is to be mended in the rows shown, by field. What is in no field is under "". */
export function troubles(preview: Preview, choices: Choices): Map<string, FieldTrouble> {
  const found = new Map<string, FieldTrouble>();
  for (const { refusal } of preview.rows) {
    if (!refusal) continue;
    const { field, reason } = placed(refusal, preview.fields, choices);
    const known = found.get(field);
    if (known) known.rows++;
    else found.set(field, { rows: 1, reason });
  }
  return found;
}

// "Date: "31/31/2026" is no date" names the column, or the field where there is none.
function placed(refusal: string, fields: Field[], choices: Choices): { field: string; reason: string } {
  const reasonOf = (text: string) => text.slice(text.indexOf(": ") + 2);
  if (refusal.includes("the day or the month first?")) return { field: DATES, reason: reasonOf(refusal) };
  const at = fields.find((f) => [columnOf(f, choices), f.field].some((name) => name !== "" && refusal.startsWith(`${name}: `)));
  if (!at) return { field: "", reason: refusal };
  return { field: at.field, reason: reasonOf(refusal) };
}

/** The field that a problem of the whole file is about; null where it is about none. */
export function problemField({ problem_field, fields }: Pick<Preview, "problem_field" | "fields">): Field | null {
  return fields.find((f) => f.field === problem_field) ?? null;
}

/** A sheet or layer has columns of its own: what was chosen for those of another is let go. */
export function choosePart(choices: Choices, part: "sheet" | "layer", name: string): Choices {
  return { ...choices, [part]: name, map: {} };
}

/** The choices that an import was started with, as far as its own words tell: "lon=Longitude, lat=Latitude". */
export function fromMapping(mapping: string): Choices {
  // A column's name may hold a comma: a new pair begins where a word of small letters is followed by "=".
  const pairs = mapping.split(/, (?=[a-z_]+=)/).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
  return { ...NO_CHOICES, map: Object.fromEntries(pairs.filter(([field]) => field)) };
}
