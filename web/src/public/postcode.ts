// Postcodes of the United Kingdom, looked up in a list that the page holds whole: no request says which one was typed.
import type { LonLat } from "./contract";

export type Postcodes = Record<string, LonLat>;

/** What came of a postcode: where it is, or why that can't be said. */
export type Found = { postcode: string; at: LonLat } | { trouble: string };

const WHOLE = /^[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}$/;

/** "ls11 5aa" and "LS115AA" as "LS11 5AA"; null for what is no whole postcode. */
export function normalPostcode(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[^A-Z\d]/g, "");
  return WHOLE.test(letters) ? `${letters.slice(0, -3)} ${letters.slice(-3)}` : null;
}

export function findPostcode(postcodes: Postcodes, typed: string): Found {
  const postcode = normalPostcode(typed);
  if (!postcode) return { trouble: "That is not a whole postcode. One looks like “AB1 2CD”." };
  const at = Object.hasOwn(postcodes, postcode) ? postcodes[postcode] : undefined;
  if (!at) return { trouble: `${postcode} is not on this page’s list. It may lie elsewhere, or be new. You can choose the place on the map instead.` };
  return { postcode, at };
}
