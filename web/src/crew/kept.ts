// What the crew form keeps on the phone besides visits, so that it opens without a network: who was signed in last, and what
// the form is made from. Signing out deletes it.
import type { Scheme } from "../api";
import type { Me } from "../me";

export type CrewScheme = Pick<Scheme, "name" | "synthetic" | "timeZone" | "kinds">;

export interface Kept {
  me: Me;
  scheme: CrewScheme;
}

const NAME = "crew";

/** What was kept; null where nothing was, or it can't be read. */
export function keptCrew(): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? "null") as Kept | null;
    return kept?.me?.id && kept.scheme?.kinds ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps what the form needs, and nothing else of what the server said. */
export function keepCrew(me: Me, { name, synthetic, timeZone, kinds }: CrewScheme): Kept {
  const kept: Kept = { me: { id: me.id, name: me.name, roles: me.roles, demo: me.demo, reasonNeeded: false }, scheme: { name, synthetic, timeZone, kinds } };
  try {
    localStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing: the form works while it has a network.
  }
  return kept;
}

/** Forgets who was here; visits that wait stay. */
export function forgetCrew(): void {
  try {
    localStorage.removeItem(NAME);
  } catch {
    // Then nothing was kept.
  }
}
