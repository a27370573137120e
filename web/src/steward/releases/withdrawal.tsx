import { useState } from "preact/hooks";
import { formatRange } from "../../format";
import { sendJson } from "../../send";
import { Ask, type Came } from "./ask";
import { type Link, type PeriodLine, releaseUrl } from "./contract";
import { REASON_LENGTH, reasonLine } from "./reason";

/** Takes an edition back. */
export function Withdrawal({ line, onDone }: { line: PeriodLine; onDone(): void }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <h2>Withdraw it</h2>
      <p>
        Its files are taken off this server. Whoever fetched them still has them, and what they said goes on counting: later editions
        must not give anything away together with it. No other edition of this period can be made.
      </p>
      <p class="actions">
        <button type="button" class="button" onClick={() => setAsked(true)}>
          Withdraw this edition…
        </button>
      </p>
      {asked && (
        <AskWhy
          line={line}
          onClose={(came) => {
            setAsked(false);
            if (came !== "nothing") onDone();
          }}
        />
      )}
    </>
  );
}

function AskWhy({ line, onClose }: { line: PeriodLine; onClose(came: Came): void }) {
  const [why, setWhy] = useState("");
  const ready = reasonLine(why).length >= REASON_LENGTH.min;
  return (
    <Ask
      title={`Withdraw the edition of ${formatRange(line)}?`}
      act="Withdraw it"
      keep="Keep it public"
      failed="It was not withdrawn."
      disabled={!ready}
      onAct={() => sendJson<Link>("POST", releaseUrl(line.from, "withdrawal"), { why: reasonLine(why) })}
      onClose={onClose}
    >
      <p>This can't be undone. The public sees that it was withdrawn; the reason stands in the log alone.</p>
      <label class="field">
        <span>
          Why ({REASON_LENGTH.min} to {REASON_LENGTH.max} letters)
        </span>
        <textarea rows={4} required minLength={REASON_LENGTH.min} maxLength={REASON_LENGTH.max} value={why} onInput={(e) => setWhy(e.currentTarget.value)} />
      </label>
    </Ask>
  );
}
