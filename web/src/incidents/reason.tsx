import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { asTrouble, type Trouble } from "../hooks";
import { sendJson } from "../send";

const LONGEST = 200;

/** Asks for the reason, once for each sign-in. Until it is given nothing about incidents is asked of the server. */
export function ReasonForm({ onGiven }: { onGiven(): void }) {
  const [why, setWhy] = useState("");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // Before the paint: a key pressed as soon as the form is seen must find its field.
  useLayoutEffect(() => field.current?.focus(), []);
  const give = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    sendJson("PUT", "/v1/me/reason", { why: why.trim() }).then(onGiven, (reason: unknown) => {
      setTrouble(asTrouble(reason));
      setBusy(false);
    });
  };
  return (
    <main class="alone">
      <form onSubmit={give} aria-labelledby="reason-title">
        <h1 id="reason-title">Why are you looking?</h1>
        <p id="reason-help">
          Incidents say where people were. Your reason goes into the log with your name, and so does each look, for the stewards
          to read. The number of the tasking is enough; write no names.
        </p>
        <label class="field">
          <span>Reason, up to {LONGEST} characters</span>
          <input
            ref={field}
            value={why}
            onInput={(event) => setWhy(event.currentTarget.value)}
            required
            maxLength={LONGEST}
            pattern=".*\S.*"
            title="Write at least one character"
            autocomplete="off"
            aria-describedby="reason-help"
          />
        </label>
        {trouble && (
          <p class="trouble" role="alert">
            <strong>The reason was not stored.</strong> {trouble.title}. {trouble.detail}
          </p>
        )}
        <button class="button primary" disabled={busy}>
          Go on to the incidents
        </button>
      </form>
    </main>
  );
}
