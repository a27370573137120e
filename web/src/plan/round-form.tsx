import { useEffect, useState } from "preact/hooks";
import type { MustVisit, Place } from "./contract";
import { NumberChoice } from "./frame";
import type { Planned, PlanModel } from "./model";
import { placeWords, readPlace } from "./words";

/** What a click on the map sets. */
export type Sets = "start" | "must";

interface Props {
  m: PlanModel;
  planned: Planned;
  sets: Sets;
  setSets(sets: Sets): void;
}

export function RoundForm({ m, planned, sets, setSets }: Props) {
  const { state, change } = m;
  const { plan, busy } = planned;
  const [presses, setPresses] = useState(0);
  // After the render in which what was typed last is taken.
  useEffect(() => {
    if (presses > 0) plan?.();
  }, [presses]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setPresses(presses + 1);
  };
  return (
    <form class="plan-form no-print" onSubmit={submit}>
      <fieldset>
        <legend>A click on the map, or Enter at its cross-hair, sets</legend>
        {(["start", "must"] as const).map((id) => (
          <label key={id} class="choice">
            <input type="radio" name="sets" checked={sets === id} onChange={() => setSets(id)} />
            <span>{id === "start" ? "the start" : "a place to be at by a time"}</span>
          </label>
        ))}
      </fieldset>
      <PlaceField title="Start and end: latitude, longitude" place={state.start} onPlace={(start) => change({ start })} />
      <div class="short-fields">
        <label class="field">
          <span>Day</span>
          <input type="date" required value={state.date ?? m.tomorrow} onChange={(event) => change({ date: event.currentTarget.value || null })} />
        </label>
        <label class="field">
          <span>Leave at</span>
          <input type="time" required value={state.leave} onChange={(event) => event.currentTarget.value && change({ leave: event.currentTarget.value })} />
        </label>
        <NumberChoice
          title="Time for it"
          value={state.minutes}
          options={[60, 120, 180, 240, 300, 360, 420, 480].map((n) => [n, `${n / 60} h`])}
          onPick={(minutes) => change({ minutes })}
        />
      </div>
      {state.must.length > 0 && <Musts must={state.must} onMust={(must) => change({ must })} />}
      <p class="actions">
        <button class="button primary" disabled={busy}>
          {busy ? "Planning…" : "Plan the round"}
        </button>
        {!plan && presses > 0 && <span role="alert">The round has no start yet: set it on the map, or type it.</span>}
      </p>
    </form>
  );
}

interface PlaceProps {
  title: string;
  place: Place | null;
  onPlace(place: Place | null): void;
}

/** A place as typed. What is no place says so, and the one before stays. */
function PlaceField({ title, place, onPlace }: PlaceProps) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setText(place ? placeWords(place) : "");
    setWrong(false);
  }, [place?.join()]);
  const take = () => {
    const typed = readPlace(text);
    setWrong(!typed && text.trim() !== "");
    if (typed || text.trim() === "") onPlace(typed);
  };
  return (
    <>
      <label class="field">
        <span>{title}</span>
        <input
          type="text"
          autocomplete="off"
          value={text}
          aria-invalid={wrong ? true : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onChange={take}
        />
      </label>
      {wrong && <p role="alert">That is no place. Type latitude and longitude in degrees, such as 53.79512, −1.55012.</p>}
    </>
  );
}

function Musts({ must, onMust }: { must: MustVisit[]; onMust(must: MustVisit[]): void }) {
  const set = (i: number, patch: Partial<MustVisit>) => onMust(must.map((visit, j) => (i === j ? { ...visit, ...patch } : visit)));
  return (
    <fieldset>
      <legend>To be at by a time, such as schools</legend>
      {must.map((visit, i) => (
        <div key={i} class="must">
          <label>
            <span class="unseen">Name of place {i + 1}</span>
            <input type="text" value={visit.title} onChange={(event) => set(i, { title: event.currentTarget.value })} />
          </label>
          <label>
            <span class="unseen">Before, for place {i + 1}</span>
            <input type="time" value={visit.before} onChange={(event) => event.currentTarget.value && set(i, { before: event.currentTarget.value })} />
          </label>
          <button type="button" class="button" aria-label={`Take out ${visit.title}`} onClick={() => onMust(must.filter((_, j) => j !== i))}>
            Take out
          </button>
        </div>
      ))}
    </fieldset>
  );
}
