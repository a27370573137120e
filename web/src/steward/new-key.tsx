import { useState } from "preact/hooks";
import { asTrouble, type Trouble } from "../hooks";
import { type Role, roleTitles } from "../me";
import { sendJson } from "../send";
import { useFocus } from "../start";
import { addDays } from "../weeks";
import { type NewKey, needsSource } from "./contract";

const ROLES: Role[] = ["sender", "crew", "planner", "police", "steward"];
/** The server's own limit. */
const LONGEST_DAYS = 400;

interface Made {
  id: string;
  key: string;
}

/** Makes a key, and shows it the one time that it can be shown. */
export function NewKeyForm({ onMade }: { onMade(): void }) {
  const [made, setMade] = useState<Made | null>(null);
  if (made) return <Shown made={made} onClose={() => setMade(null)} />;
  return (
    <KeyForm
      onMade={(one) => {
        setMade(one);
        onMade();
      }}
    />
  );
}

function KeyForm({ onMade }: { onMade(made: Made): void }) {
  const today = new Date().toISOString().slice(0, 10);
  const [role, setRole] = useState<Role>("sender");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const make = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const key: NewKey = { roles: [role], purpose: text("purpose"), expires: text("expires") };
    if (needsSource(role)) key.source = text("source");
    sendJson<Made>("POST", "/v1/keys", key).then(
      (one) => one && onMade(one),
      (reason: unknown) => setTrouble(asTrouble(reason)),
    );
  };
  return (
    <form class="new-key" onSubmit={make} aria-labelledby="new-key-title">
      <h3 id="new-key-title">Make a key</h3>
      <label class="field">
        <span>Role</span>
        <select value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
          {ROLES.map((id) => (
            <option key={id} value={id}>
              {roleTitles([id])[0]}
            </option>
          ))}
        </select>
      </label>
      {needsSource(role) && (
        <label class="field">
          <span>Source: the only one whose records it may send</span>
          <input name="source" required maxLength={100} autocomplete="off" />
        </label>
      )}
      <label class="field">
        <span>Purpose: what it is for, and who keeps it</span>
        <input name="purpose" required maxLength={200} autocomplete="off" />
      </label>
      <label class="field">
        <span>First day on which it is not good any more</span>
        <input type="date" name="expires" required min={addDays(today, 1)} max={addDays(today, LONGEST_DAYS)} value={addDays(today, 182)} />
      </label>
      {trouble && (
        <p class="trouble" role="alert">
          <strong>No key was made.</strong> {trouble.title}. {trouble.detail}
        </p>
      )}
      <button class="button primary">Make the key</button>
    </form>
  );
}

function Shown({ made, onClose }: { made: Made; onClose(): void }) {
  const heading = useFocus<HTMLHeadingElement>(true);
  const [copied, setCopied] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(made.key).then(
      () => setCopied("Copied."),
      () => setCopied("The browser does not allow copying: select the key by hand."),
    );
  return (
    <div class="shown-key" role="group" aria-labelledby="shown-key-title">
      <h3 id="shown-key-title" ref={heading} tabIndex={-1}>
        The key {made.id} was made
      </h3>
      <p>
        <strong>It is shown this once.</strong> Only its fingerprint is stored, so nobody can read it here again. Put it where only
        its holder can read it, then close this.
      </p>
      <pre tabIndex={0}>{made.key}</pre>
      <p class="actions">
        <button type="button" class="button primary" onClick={copy}>
          Copy the key
        </button>
        <button type="button" class="button" onClick={onClose}>
          I have it: close
        </button>
        <span role="status">{copied}</span>
      </p>
    </div>
  );
}
