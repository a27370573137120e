// The import that is looked at.
import { useState } from "preact/hooks";
import { type Trouble, useJson } from "../hooks";
import { type Import, importUrl } from "./contract";
import { later } from "./state";

export interface Opened {
  /** null until it was read */
  one: Import | null;
  trouble: Trouble | null;
  retry(): void;
  /** takes what another answer said of it */
  take(one: Import): void;
}

export function useImport(id: string | null): Opened {
  const read = useJson<Import>(id && importUrl(id));
  const [told, setTold] = useState<Import | null>(null);
  const mine = (one: Import | null) => (one?.id === id ? one : null);
  return {
    one: later(mine(read.data), mine(told)),
    trouble: read.trouble,
    retry: read.retry,
    take: (one) => setTold((old) => later(old, one)),
  };
}
