// What the page of incidents asks of the server.
import { useMemo, useRef } from "preact/hooks";
import type { Scheme } from "../api";
import { type Change, type Resource, useAddress, useJson } from "../hooks";
import { DEFAULT_WEEKS } from "../state";
import { lastWeeks, type Range, sameRange } from "../weeks";
import { asksNothing, incidentCountsUrl, type IncidentCounts, type IncidentFilter } from "./contract";
import { INCIDENT_ADDRESS, incidentFilterOf, type IncidentState } from "./state";
import { type IncidentView, incidentSpan, incidentViewOf } from "./view";

const ALL: IncidentFilter = { range: null, categories: null, classes: null, square: null };

export interface IncidentModel {
  scheme: Scheme;
  state: IncidentState;
  change: Change<IncidentState>;
  returned: number;
  counts: Resource<IncidentCounts>;
  outcomes: Resource<IncidentCounts>;
  /** null until the first counts are there, and where there are no weeks with reports */
  shown: { span: Range; filter: IncidentFilter & { range: Range }; view: IncidentView } | null;
}

/**
 * All weeks and classes are asked for at once, so that a new range or class is one look less, and changes headline, charts
 * and tables together. `places` says that squares may be asked for, which only the police may.
 */
export function useIncidents(scheme: Scheme, places: "places" | "no places"): IncidentModel {
  const { state: asked, change, returned } = useAddress(INCIDENT_ADDRESS);
  const square = places === "places" ? asked.square : null;
  const state = useMemo(() => ({ ...asked, square }), [asked]);
  const all = useJson<IncidentCounts>(incidentCountsUrl("week,class", ALL));
  const one = useJson<IncidentCounts>(square && incidentCountsUrl("week,class", { ...ALL, square: square.id }));
  const counts = square ? one : all;
  const shown = useShown(scheme, state, all.data, counts);
  const outcomes = useJson<IncidentCounts>(shown && !asksNothing(shown.filter) ? incidentCountsUrl("outcome", shown.filter) : null);
  return { scheme, state, change, returned, counts, outcomes, shown };
}

// The weeks to choose from are those of all reports: those of one square may be few.
function useShown(scheme: Scheme, state: IncidentState, all: IncidentCounts | null, counts: Resource<IncidentCounts>) {
  const span = useMemo(() => all && incidentSpan(all.rows), [all]);
  const filter = useMemo(
    () => span && incidentFilterOf(state, scheme, span),
    [span, scheme, state.range, state.categories, state.classes, state.square],
  );
  const rows = counts.data?.rows;
  const newest = useMemo(() => (rows && span && filter ? incidentViewOf(rows, scheme, filter, span) : null), [rows, scheme, filter, span]);
  // While an answer is awaited the old numbers stay with the words that belong to them.
  const view = useRef(newest);
  if (!counts.stale || !view.current) view.current = newest;
  return span && filter && view.current ? { span, filter, view: view.current } : null;
}

/** The standard range stays unnamed in the address, so that a kept link moves on with the records. */
export function namedRange(range: Range | null, span: Range): Range | null {
  return range && sameRange(range, lastWeeks(span, DEFAULT_WEEKS)) ? null : range;
}
