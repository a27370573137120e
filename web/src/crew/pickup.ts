// One pickup, from what the form holds to what is sent and said. Pure.
import type { Kind } from "../api";
import { joinWords, plural } from "../format";

export interface Place {
  lon: number;
  lat: number;
  /** radius in metres; null where it was typed */
  accuracyM: number | null;
  /** when the phone said so, in milliseconds; not of a typed one, which stays as it is */
  at?: number;
}

export interface Pickup {
  source: "crew";
  ref: string;
  at: string;
  lon: number;
  lat: number;
  accuracyM?: number;
  found: Record<string, number>;
}

/** Every kind is sent, none found too: a visit that found nothing is a visit. */
export function pickupOf(kinds: Kind[], found: Record<string, number>, place: Place, stamp: { ref: string; at: string }): Pickup {
  const pickup: Pickup = {
    source: "crew",
    ...stamp,
    lon: place.lon,
    lat: place.lat,
    found: Object.fromEntries(kinds.map((kind) => [kind.id, found[kind.id] ?? 0])),
  };
  // Part of a metre says nothing; a phone is never nearer than one.
  if (place.accuracyM !== null) pickup.accuracyM = Math.max(1, Math.round(place.accuracyM));
  return pickup;
}

/** A typed place, or what is wrong with it. */
export function readPlace(lon: string, lat: string): Place | string {
  const degrees = [lon, lat].map((text) => Number(text.trim().replace(",", ".") || Number.NaN));
  const [x = Number.NaN, y = Number.NaN] = degrees;
  if (!(Math.abs(x) <= 180)) return "The longitude is a number of degrees from −180 to 180, such as −1.5501.";
  if (!(Math.abs(y) <= 90)) return "The latitude is a number of degrees from −90 to 90, such as 53.7912.";
  return { lon: x, lat: y, accuracyM: null };
}

/** "54.71282, −2.40580, within 12 m" */
export function placeText({ lon, lat, accuracyM }: Place): string {
  const degrees = (n: number) => n.toFixed(5).replace("-", "−");
  const within = accuracyM === null ? "as typed" : `within ${plural(Math.max(1, Math.round(accuracyM)), "metre")}`;
  return `latitude ${degrees(lat)}, longitude ${degrees(lon)}, ${within}`;
}

/** A fix as rough as this may lie in another street. */
const ROUGH_M = 30;

export function isRough({ accuracyM }: Place): boolean {
  return accuracyM !== null && accuracyM > ROUGH_M;
}

/** A crew walks on: after so long the phone is asked again. */
const FRESH_MS = 120_000;

export function isFresh(place: Place | null, now: number): boolean {
  return place !== null && (place.at === undefined || now - place.at <= FRESH_MS);
}

/** "2 needles" and so on by the scheme's titles; "nothing found" where all are 0. */
export function foundText(kinds: Kind[], found: Record<string, number>): string {
  const parts = kinds.filter((kind) => (found[kind.id] ?? 0) > 0).map((kind) => `${kind.title}: ${found[kind.id]}`);
  return parts.length === 0 ? "a visit with nothing found" : joinWords(parts);
}
