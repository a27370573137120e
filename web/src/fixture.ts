// A small scheme and a few rows, for tests.
import type { CountRow, Scheme } from "./api";

export const scheme: Scheme = {
  name: "Millbeck",
  synthetic: true,
  showsVisits: true,
  timeZone: "Europe/London",
  firstWeekday: "Wednesday",
  periodWeeks: 4,
  anchor: "2019-04-24",
  kinds: [
    { id: "needle", title: "Needles", family: "needles" },
    { id: "condom_used", title: "Condoms, used", family: "condoms" },
  ],
  classes: [
    { id: "managed", title: "Managed area" },
    { id: "residential", title: "Residential" },
    { id: "non_residential", title: "Non-residential" },
    { id: "outside", title: "Outside" },
    { id: "unlocated", title: "No usable place" },
    { id: "unclassified", title: "No boundary in force" },
  ],
  weeks: { first: "2019-03-27", end: "2019-05-22" },
  bounds: [-1.6, 53.7, -1.5, 53.8],
};

/** Eight weeks, ten visits in each; the later four weeks hold 40 items less than the earlier. */
export const rows: CountRow[] = [
  { week: "2019-03-27", class: "managed", items: 300, visits: 40 },
  { week: "2019-04-17", class: "residential", items: 152, visits: 40 },
  { week: "2019-04-24", class: "managed", items: 250, visits: 20 },
  { week: "2019-05-01", class: "residential", items: 150, visits: 15 },
  { week: "2019-05-15", class: "unlocated", items: 12, visits: 5 },
  { week: null, class: "managed", items: 7, visits: 1 },
];
