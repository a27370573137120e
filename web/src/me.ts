// Who is here, and which pages that opens.

export type Role = "crew" | "sender" | "planner" | "police" | "steward";

export interface Me {
  /** names who is here for good, as the audit log does */
  id: string;
  name: string;
  roles: Role[];
  /** a reason for looking at incidents is still to be given */
  reasonNeeded: boolean;
  reason?: string;
  /** anyone chooses any role */
  demo: boolean;
}

export type PageId = "map" | "rounds" | "incidents" | "reports" | "import" | "steward" | "crew";

export interface PageLink {
  id: PageId;
  title: string;
  path: string;
  roles: Role[];
}

/** The pages in the order of the header, with who may open them. The first that one may open is one's home. */
export const PAGES: PageLink[] = [
  { id: "map", title: "Map", path: "/staff/", roles: ["planner", "police"] },
  { id: "rounds", title: "Plan a round", path: "/staff/rounds/", roles: ["planner"] },
  { id: "incidents", title: "Incidents", path: "/staff/incidents/", roles: ["planner", "police"] },
  { id: "import", title: "Import a file", path: "/staff/import/", roles: ["planner", "police"] },
  { id: "steward", title: "Stewardship", path: "/staff/steward/", roles: ["steward"] },
  { id: "reports", title: "Reports", path: "/staff/reports/", roles: ["planner", "police", "steward"] },
  { id: "crew", title: "Record a pickup", path: "/staff/crew/", roles: ["crew"] },
];

const TITLES: Record<Role, string> = {
  crew: "cleansing crew",
  sender: "sender",
  planner: "cleansing planner",
  police: "police",
  steward: "steward",
};

export function pagesFor(roles: Role[]): PageLink[] {
  return PAGES.filter((page) => page.roles.some((role) => roles.includes(role)));
}

/** Where someone goes from a page: null to stay, else an address. The map's page is everyone's door. */
export function elsewhere(page: PageId, roles: Role[]): string | null {
  const open = pagesFor(roles);
  if (page !== "map" || open.some((p) => p.id === page)) return null;
  return open[0]?.path ?? null;
}

export function mayOpen(page: PageId, roles: Role[]): boolean {
  return pagesFor(roles).some((p) => p.id === page);
}

/** The names of roles, as words in a sentence. */
export function roleTitles(roles: Role[]): string[] {
  return roles.map((role) => TITLES[role] ?? role);
}

/** Senders read nothing, not even the scheme. */
export function readsScheme(roles: Role[]): boolean {
  return roles.some((role) => role !== "sender");
}

/** The police see no condoms, unless they plan the cleansing too or the scheme turned them on. */
export function condomsHidden(roles: Role[], families: string[]): boolean {
  return roles.includes("police") && !roles.includes("planner") && !families.includes("condoms");
}
