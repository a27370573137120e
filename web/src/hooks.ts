import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { State } from "./state";

/** What went wrong, in words for a person; the server's own problem+json where it sent one. */
export interface Trouble {
  title: string;
  detail: string;
  /** of HTTP, where there was an answer */
  status?: number;
  /** what of several things was refused, where the server says so */
  errors?: Refused[];
}

/** One of several things that were refused. */
export interface Refused {
  message?: string;
  location?: string;
}

export interface Resource<T> {
  /** The last good answer; stays while a newer one is awaited or has failed. */
  data: T | null;
  /** The answer belongs to an earlier question. */
  stale: boolean;
  trouble: Trouble | null;
  retry(): void;
}

interface Held<T> {
  url: string | null;
  data: T | null;
  trouble: { url: string; trouble: Trouble } | null;
}

/** Fetches an address whenever it changes; the newer request cancels the older one. null: nothing to ask. */
export function useJson<T>(url: string | null): Resource<T> {
  const [held, setHeld] = useState<Held<T>>({ url: null, data: null, trouble: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (url === null) return;
    const abort = new AbortController();
    fetchJson<T>(url, abort.signal).then(
      (data) => setHeld({ url, data, trouble: null }),
      (reason: unknown) => {
        if (!abort.signal.aborted) setHeld((old) => ({ ...old, trouble: { url, trouble: asTrouble(reason) } }));
      },
    );
    return () => abort.abort();
  }, [url, attempt]);
  const retry = useCallback(() => {
    setHeld((old) => ({ ...old, trouble: null }));
    setAttempt((n) => n + 1);
  }, []);
  if (url === null) return { data: null, stale: false, trouble: null, retry };
  const trouble = held.trouble?.url === url ? held.trouble.trouble : null;
  return { data: held.data, stale: held.url !== url, trouble, retry };
}

/** Asks an address for JSON. Throws a Trouble where the answer is no success. */
export async function fetchJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(url, { signal: signal ?? null, headers: { Accept: "application/json" } });
  // Nothing is lost on the way: what was asked for is in the address.
  if (answer.status === 401) location.replace(signInAddress(location));
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as T;
}

/** Where to sign in, and to come back from. */
export function signInAddress({ pathname, search }: { pathname: string; search: string }): string {
  return `/staff/sign-in?to=${encodeURIComponent(pathname + search)}`;
}

/** What an answer that is no success says went wrong. */
export async function problemOf(answer: Response): Promise<Trouble> {
  const body = (await answer.json().catch(() => ({}))) as Partial<Trouble>;
  return {
    title: body.title ?? `The server answered ${answer.status}`,
    detail: body.detail ?? "It gave no reason.",
    status: answer.status,
    ...(body.errors && { errors: body.errors }),
  };
}

/** What was thrown, as what went wrong. */
export function asTrouble(reason: unknown): Trouble {
  if (reason && typeof reason === "object" && "title" in reason) return reason as Trouble;
  return { title: "The server did not answer", detail: "It may be stopped, or the network may be down." };
}

/** True once something has been going on for longer than a person overlooks. */
export function useSlow(going: boolean, afterMs = 300): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!going) return;
    const timer = setTimeout(() => setSlow(true), afterMs);
    return () => clearTimeout(timer);
  }, [going, afterMs]);
  return slow && going;
}

/** A screen with no room beside the map. */
export const PHONE = "(max-width: 767px)";

/** Room for an open legend beside the areas on the map; on paper it must be open. */
export const ROOMY = "(min-width: 1100px), print";

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const update = () => setMatches(media.matches);
    update();
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, [query]);
  return matches;
}

/** How a change enters the history: a step that "back" undoes, or in place of the present one. */
export type History = "push" | "replace";

export type Change<S> = (patch: Partial<S>, history?: History) => void;
export type ChangeState = Change<State>;

/** How a page's state is read from an address and written into one. */
export interface Address<S> {
  parse(search: string, hash: string): S;
  format(state: S): string;
}

/** A page's state, kept in the address. `returned` counts how often back or forward was used. */
export function useAddress<S>(address: Address<S>): { state: S; change: Change<S>; returned: number } {
  const read = () => address.parse(location.search, location.hash);
  const [state, setState] = useState(read);
  const [returned, setReturned] = useState(0);
  const current = useRef(state);
  current.current = state;
  useEffect(() => {
    const back = () => {
      current.current = read();
      setState(current.current);
      setReturned((n) => n + 1);
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const change = useCallback<Change<S>>((patch, how = "push") => {
    const next = { ...current.current, ...patch };
    current.current = next;
    const here = location.pathname + address.format(next);
    if (how === "push") history.pushState(null, "", here);
    else history.replaceState(null, "", here);
    setState(next);
  }, []);
  return { state, change, returned };
}

/** Calls back with the width of an element, now and whenever it changes. */
export function useWidth<E extends Element>(): [{ current: E | null }, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!ref.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, width];
}
