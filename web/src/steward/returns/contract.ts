// What agencies return for the report, over HTTP.

export const RETURNS = "/v1/returns";

export type Window = "period" | "cohort" | "as_at" | "three_months";

export interface Measure {
  id: string;
  title: string;
  agency: string;
  window: Window;
  /** a figure is a least and a most */
  range: boolean;
  /** id of the measure that it is never above */
  part_of?: string;
  /** the days that the period's report has of it, half open; none for a cohort */
  from?: string;
  to?: string;
}

export interface Figure {
  number: number;
  measure: string;
  /** half open */
  from: string;
  to: string;
  value?: number;
  least?: number;
  most?: number;
  /** it took the figure before it back */
  withdrawn?: boolean;
  at: string;
  who?: string;
}

/** What stands for the report on a period. */
export interface Returns {
  measures: Measure[];
  returns: Figure[];
}

/** A figure as it is sent. */
export interface Sent {
  measure: string;
  from: string;
  to: string;
  value?: number;
  least?: number;
  most?: number;
  withdrawn?: true;
}

export interface Stored {
  added: number;
  corrected: number;
  unchanged: number;
}

export function returnsOf(period: string): string {
  return `${RETURNS}?period=${period}`;
}

/** Those too that were corrected or taken back. */
export function historyOf(period: string): string {
  return `${returnsOf(period)}&all=true`;
}
