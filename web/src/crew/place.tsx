import { useState } from "preact/hooks";
import { isRough, type Place, placeText, readPlace } from "./pickup";

interface Props {
  place: Place | null;
  onChange(place: Place | null): void;
}

const LONGEST_MS = 20_000;

/** Where: from the phone, or typed. */
export function PlaceChoice({ place, onChange }: Props) {
  const [asking, setAsking] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const locate = () => {
    setAsking(true);
    setWrong(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setAsking(false);
        onChange({ lon: coords.longitude, lat: coords.latitude, accuracyM: coords.accuracy });
      },
      (error) => {
        setAsking(false);
        setWrong(whyNot(error));
      },
      { enableHighAccuracy: true, timeout: LONGEST_MS, maximumAge: 0 },
    );
  };
  return (
    <fieldset class="where">
      <legend>Where you are</legend>
      <button type="button" class="button large" disabled={asking} onClick={locate}>
        {asking ? "Asking the phone…" : place ? "Take the place again" : "Take the place from this phone"}
      </button>
      <div role="status">
        {place && <p class="place-taken">{placeText(place)}</p>}
        {place && isRough(place) && <p class="quiet">That is rough. Under the open sky, wait a moment and take it again.</p>}
      </div>
      {wrong && <p role="alert">{wrong}</p>}
      <TypedPlace onChange={onChange} />
    </fieldset>
  );
}

function whyNot(error: GeolocationPositionError): string {
  if (error.code === error.PERMISSION_DENIED) return "The phone does not let this page know the place. Allow it in the browser's settings, or type the place.";
  return "The phone does not know the place at the moment. Try again under the open sky, or type the place.";
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
