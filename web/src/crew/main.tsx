import { useRef, useState } from "preact/hooks";
import { formatMoment } from "../format";
import { asTrouble, type Trouble } from "../hooks";
import { sendJson } from "../send";
import { type BodyProps, start, useFocus } from "../start";
import { Counters } from "./counters";
import { foundText, type Pickup, pickupOf, type Place, placeText } from "./pickup";
import { PlaceChoice } from "./place";

function CrewPage({ scheme }: BodyProps) {
  const [stored, setStored] = useState<Pickup | null>(null);
  return (
    <main class="crew">
      {stored ? (
        <Stored scheme={scheme} pickup={stored} onNext={() => setStored(null)} />
      ) : (
        <PickupForm scheme={scheme} onStored={setStored} />
      )}
    </main>
  );
}

function PickupForm({ scheme, onStored }: { scheme: BodyProps["scheme"]; onStored(pickup: Pickup): void }) {
  const [found, setFound] = useState<Record<string, number>>({});
  const [place, setPlace] = useState<Place | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  // Kept from the first try on, so that a pickup sent twice is stored once.
  const stamp = useRef<{ ref: string; at: string } | null>(null);
  const send = (event: Event) => {
    event.preventDefault();
    if (!place || busy) return;
    stamp.current ??= { ref: crypto.randomUUID(), at: new Date().toISOString() };
    const pickup = pickupOf(scheme.kinds, found, place, stamp.current);
    setBusy(true);
    sendJson("POST", "/v1/pickups", pickup).then(
      () => onStored(pickup),
      (reason: unknown) => {
        setTrouble(asTrouble(reason));
        setBusy(false);
      },
    );
  };
  return (
    <form onSubmit={send} aria-labelledby="crew-title">
      <h1 id="crew-title">Record a pickup</h1>
      <p>One form for each stop. If you found nothing, send that too: it shows that someone looked.</p>
      <Counters kinds={scheme.kinds} found={found} onChange={setFound} />
      <PlaceChoice place={place} onChange={setPlace} />
      {trouble && <NotStored trouble={trouble} />}
      <button class="button primary large" disabled={!place || busy}>
        {busy ? "Sending…" : "Send"}
      </button>
      <p class="quiet">{place ? "The time is when you first press Send." : "Send needs the place."}</p>
    </form>
  );
}

function NotStored({ trouble }: { trouble: Trouble }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>It is not known to be stored.</strong> {trouble.title}. {trouble.detail}
      </p>
      <p>
        {trouble.status === 401
          ? "Note down what you found: you have to sign in again, which empties this form."
          : "The form is kept while this page is open. Sending it again is harmless: it is stored once."}
      </p>
      {trouble.status === 401 && <a href="/staff/sign-in?to=/staff/crew/">Sign in again</a>}
    </div>
  );
}

interface StoredProps {
  scheme: BodyProps["scheme"];
  pickup: Pickup;
  onNext(): void;
}

function Stored({ scheme, pickup, onNext }: StoredProps) {
  const heading = useFocus<HTMLHeadingElement>(true);
  const place = { lon: pickup.lon, lat: pickup.lat, accuracyM: pickup.accuracyM ?? null };
  return (
    <section aria-labelledby="stored-title">
      <h1 id="stored-title" ref={heading} tabIndex={-1}>
        Stored
      </h1>
      <dl>
        <dt>What</dt>
        <dd>{foundText(scheme.kinds, pickup.found)}</dd>
        <dt>Where</dt>
        <dd>{placeText(place)}</dd>
        <dt>When</dt>
        <dd>{formatMoment(pickup.at, scheme.timeZone)}</dd>
      </dl>
      <button type="button" class="button primary large" onClick={onNext}>
        Record another
      </button>
    </section>
  );
}

start("crew", CrewPage);
