// A visit on its way to the server: what its answers mean, and when to try again. Pure.
import { formatMoment, plural } from "../format";
import type { Trouble } from "../hooks";
import type { Pickup } from "./pickup";

/** A visit that was saved on this phone and is not known to be stored. */
export interface Visit {
  /** that of the pickup */
  ref: string;
  /** who saved it, and alone sends it */
  owner: string;
  ownerName: string;
  pickup: Pickup;
  /** why the server does not take it; null while it waits */
  refusal: Refusal | null;
}

/** What the server said of a visit that it did not take. */
export interface Refusal {
  result: string;
  field: string;
  reason: string;
}

/** What the server says of one record of a batch. */
export interface Receipt {
  ref: string;
  result: string;
  field?: string;
  reason?: string;
}

/** How many visits are sent at once. */
export const BATCH = 50;

const STORED = ["added", "unchanged", "corrected"];
const NOT_TAKEN = ["refused", "conflict", "gone"];

export interface Delivery {
  stored: string[];
  refused: { ref: string; refusal: Refusal }[];
}

/** What became of visits that were sent. One without a receipt, or with one that says nothing known, waits on. */
export function deliveryOf(sent: Visit[], answer: unknown): Delivery {
  const results = (answer as { results?: unknown } | null)?.results;
  const receipts = Array.isArray(results) ? (results as Receipt[]) : [];
  const out: Delivery = { stored: [], refused: [] };
  for (const { ref } of sent) {
    const receipt = receipts.find((r) => r.ref === ref);
    if (!receipt) continue;
    if (STORED.includes(receipt.result)) out.stored.push(ref);
    if (NOT_TAKEN.includes(receipt.result)) out.refused.push({ ref, refusal: refusalOf(receipt) });
  }
  return out;
}

function refusalOf({ result, field = "", reason = "The server gave no reason" }: Receipt): Refusal {
  return { result, field, reason };
}

/** Whether an answer is about what was sent, so that sending the same again is of no use. */
export function isOfContent({ status }: Trouble): boolean {
  return status === 400 || status === 413 || status === 422;
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

/** How long to wait after so many failures in a row: twice as long each time, up to five minutes. */
export function pauseMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1), LONGEST_PAUSE_MS);
}

export function waitsOf(visits: Visit[], owner: string): Visit[] {
  return visits.filter((visit) => visit.owner === owner && !visit.refusal).sort((a, b) => a.pickup.at.localeCompare(b.pickup.at));
}

/** "2 visits wait to be sent, the first since Tue 17 Nov 2026, 18:12" */
export function waitingText(visits: Visit[], timeZone: string): string {
  const first = visits.map((visit) => visit.pickup.at).sort()[0];
  if (!first) return "Nothing waits to be sent";
  const since = formatMoment(first, timeZone);
  return visits.length === 1 ? `One visit waits to be sent, since ${since}` : `${plural(visits.length, "visit")} wait to be sent, the first since ${since}`;
}

/** The server's words as a sentence. */
export function reasonText({ field, reason }: Refusal): string {
  const text = field && field !== "ref" ? `${field}: ${reason}` : reason;
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What to do about a visit that was not taken. */
export function remedyText({ result, field }: Refusal): string {
  if (result === "gone") return "It was stored, and someone deleted it there since. Delete it here too.";
  if (result === "conflict") return "It is stored, and someone corrected it there since. Nothing is lost: delete it here.";
  if (field === "at") return "Set the clock of the phone. Then put the visit back into the form and save it: it gets the time of that moment.";
  if (["lon", "lat", "accuracy"].includes(field)) return "Put the visit back into the form, take the place again, and save it.";
  return "Tell a planner what it says here. Then put the visit back into the form and save it, or delete it.";
}
