// What the server says of reports.

export interface ReportPeriod {
  /** half open, as ISO dates */
  from: string;
  to: string;
  last_day: string;
  /** it has ended */
  over: boolean;
}

export interface Reports {
  /** the latest first */
  periods: ReportPeriod[];
  formats: string[];
}

export interface Form {
  format: string;
  title: string;
}

const FORMS: Form[] = [
  { format: "html", title: "Read" },
  { format: "pdf", title: "PDF" },
  { format: "xlsx", title: "Excel" },
  { format: "csv", title: "CSV" },
  { format: "json", title: "JSON" },
];

/** The forms that the server has, the one to read first. */
export function formsOf(formats: string[]): Form[] {
  return FORMS.filter((form) => formats.includes(form.format));
}

export function stateOf(period: ReportPeriod): string {
  return period.over ? "over" : "not over: not final";
}
