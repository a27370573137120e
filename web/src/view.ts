// One pure step from answers and filter to what the page says.
import type { ClassId, CountRow, Filter, Scheme } from "./api";
import { formatRange } from "./format";
import { couldBeChance, filterSentence, headline, remainders, visitsSentence } from "./sentence";
import { spanOf } from "./state";
import { inClasses, inRange, shownClasses, sum, tabulate, type Table } from "./tally";
import { countWeeks, rangeBefore, type Range } from "./weeks";

export interface View {
  headline: string;
  period: string;
  /** which kinds and places */
  filter: string;
  detail: string[];
  notes: string[];
  /** items in the range by class, whether the class is chosen or not */
  byClass: { id: ClassId; items: number }[];
  /** every week with records */
  allWeeks: Table;
  /** the weeks of the range; its total is the headline's number */
  theseWeeks: Table;
}

export function viewOf(rows: CountRow[], scheme: Scheme, filter: Filter & { range: Range }): View {
  const { range, classes } = filter;
  const listed = shownClasses(scheme.classes.map((c) => c.id), rows, classes);
  const columns = listed.filter((id) => classes === null || classes.includes(id));
  const theseWeeks = tabulate(rows, range, columns);
  const itemsOf = (id: ClassId) => sum(rows, (r) => inRange(r, range) && r.class === id).items;
  const undated = sum(rows, (r) => r.week === null && inClasses(r, classes)).items;
  const chosen = (id: ClassId) => (columns.includes(id) ? itemsOf(id) : 0);
  return {
    ...sentences(rows, scheme, filter, theseWeeks),
    notes: remainders({ unlocated: chosen("unlocated"), unclassified: chosen("unclassified"), undated }),
    byClass: listed.map((id) => ({ id, items: itemsOf(id) })),
    allWeeks: tabulate(rows, spanOf(scheme), columns),
    theseWeeks,
  };
}

function sentences(rows: CountRow[], scheme: Scheme, filter: Filter & { range: Range }, table: Table) {
  const weeks = countWeeks(filter.range);
  const earlier = rangeBefore(filter.range, spanOf(scheme));
  const before = earlier && sum(rows, (r) => inRange(r, earlier) && inClasses(r, filter.classes));
  const detail = scheme.showsVisits ? [visitsSentence(table.total, before, weeks)] : [];
  if (before && couldBeChance(table.total.items, before.items)) detail.push("A difference this small can be chance alone.");
  return { headline: headline(table.total, before, weeks), period: formatRange(filter.range), filter: filterSentence(filter, scheme), detail };
}
