// Lists that come in parts.
import { useState } from "preact/hooks";
import { asTrouble, fetchJson, type Resource, type Trouble, useJson } from "./hooks";

/** One part of a list, and the address of the next; null at the end. */
export interface Part<T> {
  rows: T[];
  next: string | null;
}

export interface Pages<A, T> extends Part<T> {
  first: Resource<A>;
  /** the next part is awaited */
  busy: boolean;
  trouble: Trouble | null;
  more(): void;
}

interface Later<A, T> extends Part<T> {
  after: A | null;
  busy: boolean;
  trouble: Trouble | null;
}

/** Fetches the first part of a list whenever its address changes, and later ones when asked. null: nothing to ask. */
export function usePages<A, T>(url: string | null, read: (answer: A) => Part<T>): Pages<A, T> {
  const first = useJson<A>(url);
  const [later, setLater] = useState<Later<A, T>>({ after: null, rows: [], next: null, busy: false, trouble: null });
  const start = first.data ? read(first.data) : { rows: [], next: null };
  const going = later.after !== null && later.after === first.data;
  const rows = going ? [...start.rows, ...later.rows] : start.rows;
  const next = going ? later.next : start.next;
  const more = () => {
    if (next === null || (going && later.busy)) return;
    const now = { after: first.data, rows: going ? later.rows : [], next, busy: true, trouble: null };
    // What comes when the first part is another by then is dropped.
    const set = (change: Partial<Later<A, T>>) => setLater((old) => (old.after === now.after ? { ...now, busy: false, ...change } : old));
    setLater(now);
    fetchJson<A>(next).then(
      (answer) => {
        const part = read(answer);
        set({ rows: [...now.rows, ...part.rows], next: part.next });
      },
      (reason: unknown) => set({ trouble: asTrouble(reason) }),
    );
  };
  return { first, rows, next, busy: going && later.busy, trouble: going ? later.trouble : null, more };
}
