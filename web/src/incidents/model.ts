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
  /** null until the first counts are there, and where there are no weeks with records */
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
  const counts = useJson<IncidentCounts>(incidentCountsUrl("week,class", { ...ALL, square: square?.id ?? null }));
  const shown = useShown(scheme, state, counts.data);
  // While an answer is awaited the old numbers stay with the words that belong to them.
  const last = useRef(shown);
  if (!counts.stale || !last.current) last.current = shown;
  const filter = shown?.filter;
  const outcomes = useJson<IncidentCounts>(filter && !asksNothing(filter) ? incidentCountsUrl("outcome", filter) : null);
  const kept = last.current && shown && { ...shown, view: last.current.view };
  return { scheme, state, change, returned, counts, outcomes, shown: kept };
}

function useShown(scheme: Scheme, state: IncidentState, counts: IncidentCounts | null) {
  return useMemo(() => {
    const span = counts && incidentSpan(counts.rows, scheme);
    if (!counts || !span) return null;
    const filter = incidentFilterOf(state, scheme, span);
    return { span, filter, view: incidentViewOf(counts.rows, scheme, filter, span) };
  }, [counts, scheme, state.range, state.categories, state.classes, state.square]);
}

/** The standard range stays unnamed in the address, so that a kept link moves on with the records. */
export function namedRange(range: Range | null, span: Range): Range | null {
  return range && sameRange(range, lastWeeks(span, DEFAULT_WEEKS)) ? null : range;
}
