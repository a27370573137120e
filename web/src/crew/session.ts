// Who is here, with a network or without.
import { useCallback, useEffect, useState } from "preact/hooks";
import { asTrouble, problemOf, type Trouble } from "../hooks";
import type { Me } from "../me";
import { type CrewScheme, forgetCrew, type Kept, keepCrew, keptCrew } from "./kept";

/**
 * in: the server knows who is here, and that they are of a crew; out: it knows nobody; other: it knows someone who is not of a crew;
 * away: it can't be asked.
 */
export type Standing = "asking" | "in" | "out" | "other" | "away";

export interface Session {
  standing: Standing;
  /** who this form is for, and what it is made from; null where that is not known */
  kept: Kept | null;
  /** who is here instead */
  other: Me | null;
  /** why the server can't be asked */
  trouble: Trouble | null;
}

/** How long an answer is waited for: on a bad network it may never come. */
export const LONGEST_MS = 30_000;

async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(LONGEST_MS) });
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as T;
}

/** Asks the server who is here. Never throws. */
export async function whoIsHere(): Promise<Session> {
  try {
    const me = await ask<Me>("/v1/me");
    const crew = me.roles.includes("crew");
    // What is kept of another person is not for this one.
    if (!crew || keptCrew()?.me.id !== me.id) forgetCrew();
    if (!crew) return { standing: "other", kept: null, other: me, trouble: null };
    const scheme = await ask<CrewScheme>("/v1/scheme");
    return { standing: "in", kept: keepCrew(me, scheme), other: null, trouble: null };
  } catch (reason) {
    const trouble = asTrouble(reason);
    return { standing: trouble.status === 401 ? "out" : "away", kept: keptCrew(), other: null, trouble };
  }
}

/** Who is here as far as is known; `renew` asks, and returns the answer. */
export function useSession(): Session & { renew(): Promise<Session> } {
  const [session, setSession] = useState<Session>(() => ({ standing: "asking", kept: keptCrew(), other: null, trouble: null }));
  const renew = useCallback(async () => {
    const now = await whoIsHere();
    setSession(now);
    return now;
  }, []);
  useEffect(() => {
    // Another tab signed out, or someone else in.
    const changed = (event: StorageEvent) => event.key === "crew" && void renew();
    addEventListener("storage", changed);
    return () => removeEventListener("storage", changed);
  }, [renew]);
  return { ...session, renew };
}
