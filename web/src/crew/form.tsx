import { useRef, useState } from "preact/hooks";
import { formatMoment } from "../format";
import { useFocus } from "../start";
import { Counters } from "./counters";
import type { Kept } from "./kept";
import { foundText, isFresh, pickupOf } from "./pickup";
import { PlaceChoice, usePlace } from "./place";
import type { Visit } from "./visit";

interface Props {
  kept: Kept;
  /** a visit that was not taken, to be mended */
  mending: Visit | null;
  /** keeps the visit on the phone; throws where that fails */
  onSave(visit: Visit): Promise<void>;
}

/** One visit: what was found, and where. Saved by one tap, with a network or without. */
export function VisitForm({ kept, mending, onSave }: Props) {
  const { kinds, timeZone } = kept.scheme;
  const [found, setFound] = useState<Record<string, number>>(mending?.pickup.found ?? {});
  const [note, setNote] = useState<string | null>(null);
  const where = usePlace();
  const busy = useRef(false);
  const heading = useFocus<HTMLHeadingElement>(mending !== null);
  const nothing = kinds.every((kind) => !found[kind.id]);
  const count = (next: Record<string, number>) => {
    setFound(next);
    setNote(null);
    where.refresh();
  };
  const save = async () => {
    if (busy.current) return;
    busy.current = true;
    const stamp = stampOf(mending);
    const place = isFresh(where.place, Date.now()) ? where.place : await where.locate();
    if (place) {
      const pickup = pickupOf(kinds, found, place, stamp);
      const visit = { ref: stamp.ref, owner: kept.me.id, ownerName: kept.me.name, pickup, refusal: null };
      await onSave(visit).then(
        () => {
          setFound({});
          where.set(null);
          setNote(`Saved: ${foundText(kinds, found)}, ${formatMoment(stamp.at, timeZone)}.`);
        },
        () => setNote("This phone did not keep the visit, and it is still in the form. Make room on the phone, or leave private browsing; then save it again."),
      );
    }
    busy.current = false;
  };
  return (
    <form
      class="visit"
      aria-labelledby="crew-title"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h1 id="crew-title" ref={heading} tabIndex={-1}>
        {mending ? "Mend a visit" : "Record a pickup"}
      </h1>
      <Counters kinds={kinds} found={found} onChange={count} />
      <PlaceChoice {...where} />
      <button class="button primary large">{nothing ? "Nothing found: save the visit" : "Save the visit"}</button>
      <p class="saved" role="status">
        {where.asking ? "Asking the phone for the place…" : note}
      </p>
    </form>
  );
}

/**
 * Made by the tap, so that a visit is stored once, with the time at which it was. A mended one is a new one to the server, which did not take
 * the first; it keeps its time, unless that was what was wrong.
 */
function stampOf(mending: Visit | null): { ref: string; at: string } {
  const now = new Date().toISOString();
  return { ref: crypto.randomUUID(), at: mending && mending.refusal?.field !== "at" ? mending.pickup.at : now };
}
