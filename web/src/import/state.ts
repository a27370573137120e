// Where someone is on the way from a file to records. Pure.
import type { Address } from "../hooks";
import type { Import } from "./contract";

export interface PageState {
  /** the import that is looked at; null: a file is still to be chosen */
  id: string | null;
  /** the import whose refused rows were mended */
  mends: string | null;
}

export type Step = "file" | "columns" | "running" | "result";

export const STEPS: { id: Step; title: string }[] = [
  { id: "file", title: "File" },
  { id: "columns", title: "Columns" },
  { id: "running", title: "Import" },
  { id: "result", title: "Result" },
];

export const IMPORT_ADDRESS: Address<PageState> = {
  parse(search) {
    const query = new URLSearchParams(search);
    const id = query.get("import") || null;
    return { id, mends: id ? null : query.get("mends") || null };
  },
  format({ id, mends }) {
    if (id) return `?import=${encodeURIComponent(id)}`;
    return mends ? `?mends=${encodeURIComponent(mends)}` : "";
  },
};

/** The step of an import; without one the file is still to be chosen. */
export function stepOf(one: Pick<Import, "state"> | null): Step {
  if (!one) return "file";
  if (one.state === "uploaded") return "columns";
  return isGoing(one) ? "running" : "result";
}

/** Its rows are being stored, or will be. */
export function isGoing({ state }: Pick<Import, "state">): boolean {
  return state === "waiting" || state === "running";
}

/** Of two answers about one import the later one: they may arrive in any order, and an import never goes back. */
export function later(a: Import | null, b: Import | null): Import | null {
  if (!a || !b || a.id !== b.id) return b ?? a;
  return rank(a) > rank(b) || (rank(a) === rank(b) && a.read > b.read) ? a : b;
}

const RANKS: Record<Import["state"], number> = { uploaded: 0, waiting: 1, running: 2, done: 3, failed: 3, cancelled: 3 };

function rank({ state }: Import): number {
  return RANKS[state] ?? 0;
}
