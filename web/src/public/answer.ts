// What an edition says about one place, in sentences. It speaks of squares, never of a street or a house.
import { formatDate, plural } from "../format";
import { lastDay } from "../weeks";
import { bandOf, type Edition, isBounded, type Loaded, type LonLat, type PlaceClass, type Square } from "./contract";
import { placeAt } from "./place";
import { cornerOf, sideOf, squareAt } from "./squares";
import { spanWords } from "./words";

/** A place that someone chose. */
export interface Chosen {
  at: LonLat;
  /** where it was given as one */
  postcode: string | null;
}

export interface Answer {
  square: Square | null;
  sentences: string[];
}

export function answer(loaded: Loaded, chosen: Chosen): Answer {
  const square = loaded.squares && squareAt(loaded.squares, chosen.at);
  return { square, sentences: [whereWords(loaded, chosen), ...mapWords(loaded, square)] };
}

function whereWords({ boundary, edition }: Loaded, { at, postcode }: Chosen): string {
  const place = placeAt(boundary, at);
  const subject = postcode ? `The middle of ${postcode}` : "This place";
  const named = place.area ? `, “${place.area}”` : "";
  return `${subject} is ${CLASS_WORDS[place.class]}${named}, as the boundary was on ${formatDate(lastDay(edition.period))}.`;
}

const CLASS_WORDS: Record<PlaceClass, string> = {
  managed: "inside the managed area",
  residential: "outside the managed area, in a residential place",
  non_residential: "outside the managed area, in a non-residential place",
  outside: "outside the managed area and all other areas",
};

function mapWords({ edition }: Loaded, square: Square | null): string[] {
  if (edition.map.why_none) return [`This edition has no map. ${edition.map.why_none}`];
  if (!square) return ["It is off the map: no square covers it, and this edition says nothing about it."];
  const { band } = square.properties;
  return band > 0 ? [shownWords(edition, square), NO_STREET] : [hiddenWords(square), WHICH];
}

const NBSP = "\u00a0";
const NO_STREET = "That says nothing about any one street or house in it.";
const WHICH = "Which of these, the release does not say.";

function shownWords(edition: Edition, square: Square): string {
  const { band: number, square: name } = square.properties;
  const band = bandOf(edition, number);
  const when = `Between ${spanWords(edition.period)} crews removed`;
  if (!band || !isBounded(band)) {
    const { min_items, min_days } = edition.policy;
    return `${when} ${plural(min_items, "item")} or more, on ${plural(min_days, "day")} or more, in ${squareWords(name)}. How many, this edition does not say.`;
  }
  const per = sideOf(name) === "250\u00a0m" ? "" : " for each 250\u00a0m × 250\u00a0m";
  return `${when} ${band.text} items${per} in ${squareWords(name)}.`;
}

function hiddenWords(square: Square): string {
  const sentence = squareWords(square.properties.square);
  return `${sentence[0]?.toUpperCase()}${sentence.slice(1)} is not shown: there were too few finds, finds on too few days, or none.`;
}

function squareWords(name: string): string {
  const side = sideOf(name);
  return `the ${side ? `${side} ` : ""}square around this place (${cornerOf(name).replaceAll(" ", NBSP)})`;
}
