import { useEffect, useRef, useState } from "preact/hooks";
import { isFresh, isRough, type Place, placeText, readPlace } from "./pickup";

const LONGEST_MS = 20_000;

export interface PlaceHook {
  place: Place | null;
  asking: boolean;
  /** why the phone knows no place */
  wrong: string | null;
  set(place: Place | null): void;
  /** Asks the phone. Returns null where it does not know. */
  locate(): Promise<Place | null>;
  /** asks the phone if it may be asked without a word to anyone, and what is known is old */
  refresh(): void;
}

/** The place of the visit; taken when the page opens where that is allowed already. */
export function usePlace(): PlaceHook {
  const [place, setPlace] = useState<Place | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const going = useRef<Promise<Place | null> | null>(null);
  const allowed = useRef(false);
  const [asking, setAsking] = useState(false);
  const set = (next: Place | null) => {
    setPlace(next);
    setWrong(null);
  };
  const locate = () => {
    setAsking(true);
    going.current ??= askPhone().then((answer) => {
      going.current = null;
      setAsking(false);
      const found = typeof answer === "string" ? null : answer;
      if (found) allowed.current = true;
      setPlace(found);
      setWrong(found ? null : String(answer));
      return found;
    });
    return going.current;
  };
  const refresh = () => {
    if (allowed.current && !isFresh(place, Date.now())) void locate();
  };
  useEffect(() => {
    void isAllowed().then((yes) => {
      allowed.current = yes;
      if (yes) void locate();
    });
  }, []);
  return { place, asking, wrong, set, locate, refresh };
}

async function isAllowed(): Promise<boolean> {
  const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  return permission?.state === "granted";
}

/** The place, or why there is none. */
function askPhone(): Promise<Place | string> {
  return new Promise((resolve) =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracyM: coords.accuracy, at: Date.now() }),
      (error) => resolve(whyNot(error)),
      { enableHighAccuracy: true, timeout: LONGEST_MS, maximumAge: 0 },
    ),
  );
}

function whyNot(error: GeolocationPositionError): string {
  if (error.code === error.PERMISSION_DENIED) return "The phone does not let this page know the place. Allow it in the browser's settings, or type the place.";
  return "The phone does not know the place at the moment. Try again under the open sky, or type the place.";
}

/** Where: from the phone, or typed. */
export function PlaceChoice({ place, asking, wrong, set, locate }: PlaceHook) {
  return (
    <fieldset class="where">
      <legend>Where you are</legend>
      <div role="status">
        {place && <p class="place-taken">{placeText(place)}</p>}
        {place && isRough(place) && <p class="quiet">That is rough. Under the open sky, wait a moment and take it again.</p>}
      </div>
      {wrong && <p role="alert">{wrong}</p>}
      <button type="button" class="button large" disabled={asking} onClick={() => void locate()}>
        {asking ? "Asking the phone…" : place ? "Take the place again" : "Take the place from this phone"}
      </button>
      <TypedPlace onChange={set} />
    </fieldset>
  );
}

function TypedPlace({ onChange }: { onChange(place: Place | null): void }) {
  const [typed, setTyped] = useState({ lon: "", lat: "" });
  const [wrong, setWrong] = useState<string | null>(null);
  const use = () => {
    const place = readPlace(typed.lon, typed.lat);
    setWrong(typeof place === "string" ? place : null);
    if (typeof place !== "string") onChange(place);
  };
  const field = (name: "lat" | "lon", title: string) => (
    <label class="field">
      <span>{title}, degrees</span>
      <input
        value={typed[name]}
        autocomplete="off"
        onInput={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <details class="fold">
      <summary>Type the place instead</summary>
      {field("lat", "Latitude")}
      {field("lon", "Longitude")}
      {wrong && <p role="alert">{wrong}</p>}
      <button type="button" class="button" onClick={use}>
        Use this place
      </button>
    </details>
  );
}
