// What the page of plans shows, as an address.
import type { Filter, Scheme } from "../api";
import type { Address } from "../hooks";
import { filterOf, formatState, parseState, type State } from "../state";
import type { Range } from "../weeks";
import type { MustVisit, Place, RoundQuestion } from "./contract";

export type Part = "round" | "bins" | "change";

export interface PlanState extends State {
  part: Part;
  start: Place | null;
  /** null: the day after today */
  date: string | null;
  leave: string;
  minutes: number;
  must: MustVisit[];
  bins: number;
  withinM: number;
  /** the day of a change; null: none named */
  changed: string | null;
  /** weeks before and after it */
  weeksEach: number;
  /** id of the area that was changed; null: the picked square */
  area: string | null;
  bufferM: number;
}

const PARTS: Part[] = ["round", "bins", "change"];
const FIRST = { leave: "06:30", minutes: 240, bins: 5, withinM: 150, weeksEach: 26, bufferM: 250 };
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export const PLAN_ADDRESS: Address<PlanState> = {
  parse(search, hash) {
    const query = new URLSearchParams(search);
    const one = (name: string, shape: RegExp) => (shape.test(query.get(name) ?? "") ? query.get(name) : null);
    const number = (name: string, first: number) => Number(one(name, /^[1-9]\d{0,3}$/) ?? first);
    return {
      ...parseState(search, hash),
      part: PARTS.find((part) => part === query.get("part")) ?? "round",
      start: parsePlace(query.get("start")),
      date: one("date", DAY),
      leave: one("leave", TIME) ?? FIRST.leave,
      minutes: number("minutes", FIRST.minutes),
      must: (query.get("must") ?? "").split("|").flatMap((text) => parseMust(text) ?? []),
      bins: number("n", FIRST.bins),
      withinM: number("within", FIRST.withinM),
      changed: one("changed", DAY),
      weeksEach: number("each", FIRST.weeksEach),
      area: query.get("area"),
      bufferM: number("buffer", FIRST.bufferM),
    };
  },
  format(state) {
    const more: Record<string, string> = {};
    const add = (name: string, value: string | number | null, first: string | number | null = null) => {
      if (value !== null && value !== first) more[name] = String(value);
    };
    add("part", state.part, "round");
    add("start", state.start && state.start.join(","));
    add("date", state.date);
    add("leave", state.leave, FIRST.leave);
    add("minutes", state.minutes, FIRST.minutes);
    add("must", state.must.map(mustText).join("|"), "");
    add("n", state.bins, FIRST.bins);
    add("within", state.withinM, FIRST.withinM);
    add("changed", state.changed);
    add("each", state.weeksEach, FIRST.weeksEach);
    add("area", state.area);
    add("buffer", state.bufferM, FIRST.bufferM);
    return formatState(state, more);
  },
};

/** What is asked of the server; null for as long as there is no start. */
export function questionOf(state: PlanState, filter: Filter & { range: Range }, tomorrow: string): RoundQuestion | null {
  const { start } = state;
  if (!start) return null;
  return {
    start,
    date: state.date ?? tomorrow,
    leave: state.leave,
    minutes: state.minutes,
    weeks: `${filter.range.from}/${filter.range.to}`,
    ...(filter.kinds && { kinds: filter.kinds }),
    mustVisit: state.must,
  };
}

/** The records that plans go by: weeks and kinds, of all places. */
export function planFilter(state: PlanState, scheme: Scheme): Filter & { range: Range } {
  return { ...filterOf(state, scheme), classes: null };
}

/** A place to about a metre: more digits are noise, and make the address long. */
export function rounded([lon, lat]: Place): Place {
  return [Number(lon.toFixed(5)), Number(lat.toFixed(5))];
}

function parsePlace(text: string | null): Place | null {
  const match = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text ?? "");
  return match ? [Number(match[1]), Number(match[2])] : null;
}

// The title comes last, for it alone may hold a comma.
function mustText({ place, before, title }: MustVisit): string {
  return `${place.join(",")},${before},${title.replaceAll("|", " ")}`;
}

function parseMust(text: string): MustVisit | null {
  const match = /^(-?[\d.]+,-?[\d.]+),([\d:]+),(.*)$/.exec(text);
  const place = parsePlace(match?.[1] ?? null);
  const before = match?.[2] ?? "";
  return place && TIME.test(before) ? { place, before, title: match?.[3] ?? "" } : null;
}
