// Releases over HTTP, as data/release has them in JSON. A list without entries may be null.
export type PeriodState = "waiting" | "open" | "sealed" | "withdrawn" | "passed over";

export interface PeriodLine {
  from: string;
  /** the day after the last */
  to: string;
  state: PeriodState;
  /** first day on which it can be sealed */
  opens: string;
  signatures: number;
  manifest_sha256: string;
}

export interface Calendar {
  /** first day of the epoch; empty where none was begun */
  epoch: string;
  /** how the ground is divided */
  squares: string;
  periods: PeriodLine[] | null;
  policy: Policy;
}

export interface Policy {
  delay_days: number;
  min_items: number;
  min_days: number;
  max_day_percent: number;
  cuts: [number, number];
  /** values that are weaker than the default, on purpose */
  override: string[] | null;
}

export interface Draft {
  edition: Edition;
  /** the public monitoring report that is sealed with it; null where there is none */
  report: Report | null;
  sha256: string;
  findings: Finding[] | null;
  squares: TrueSquare[] | null;
  usefulness: { name: string; text: string }[] | null;
  signatures: Signed[] | null;
  ready: boolean;
}

export interface Finding {
  rule: string;
  passed: boolean;
  text: string;
  details: string[] | null;
}

export interface TrueSquare {
  square: string;
  ring: [number, number][];
  /** 0: not shown */
  band: number;
  items: number;
  days: number;
  most_in_a_day: number;
  /** why it is not shown; empty where it is */
  why: string;
}

export interface Signed {
  name: string;
  at: string;
  /** for the present draft */
  current: boolean;
  /** by who looks */
  yours: boolean;
}

export interface Edition {
  period: { from: string; to: string; weeks: string[] | null };
  map: { why_none: string; legend: Band[] | null };
  tables: Tables;
  policy: Policy;
}

export interface Band {
  band: number;
  text: string;
  /** items for each 250 m × 250 m */
  from: number;
}

export interface Titled {
  id: string;
  title: string;
}

export interface Tables {
  classes: Titled[] | null;
  families: Titled[] | null;
  rows: { week: string; class: string; family: string; items: string }[] | null;
  totals: { family: string; items: string }[] | null;
}

export interface Report {
  dedicated_line: ReportNode;
  returns: ReportReturn[];
  items: { id: string; title: string; sentence: string }[];
}

/** A node of the tree of contacts; without an id it stands for several. */
export interface ReportNode extends Titled {
  text: string;
  stands_for?: Titled[];
  of_which?: ReportNode[];
}

export interface ReportReturn {
  agency: string;
  from: string;
  /** the day after the last */
  to: string;
  about: string;
  /** period of the edition that published it first */
  since?: string;
  figures: (Titled & { text: string; part_of?: string })[];
}

export interface Verification {
  ok: boolean;
  findings: string[];
}

/** Answer to a seal or a withdrawal. */
export interface Link {
  number: number;
  period: string;
  withdrawn: boolean;
  manifest_sha256: string;
}

export const RELEASES = "/v1/releases";
export const VERIFICATION = `${RELEASES}/verification`;

export function releaseUrl(period: string, part: "draft" | "signatures" | "seal" | "withdrawal"): string {
  return `${RELEASES}/${period}/${part}`;
}

/** Where the public finds an edition. */
export function editionUrl(period: string): string {
  return `/public/${period}/`;
}
