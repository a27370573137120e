import { useState } from "preact/hooks";
import { asTrouble, fetchJson, type Trouble } from "../../hooks";
import { VERIFICATION, type Verification } from "./contract";
import { OutcomeMark } from "./marks";
import { notAsSealed, reasonOf } from "./words";

type Outcome = Verification | { trouble: Trouble } | "busy" | null;

/** Compares what the public can fetch with what was sealed, when asked to. */
export function CheckArchive() {
  const [outcome, setOutcome] = useState<Outcome>(null);
  const check = () => {
    setOutcome("busy");
    fetchJson<Verification>(VERIFICATION).then(setOutcome, (reason: unknown) => setOutcome({ trouble: asTrouble(reason) }));
  };
  return (
    <section class="part" aria-labelledby="archive-title">
      <h2 id="archive-title">The archive</h2>
      <p class="reading">
        Every edition is a folder of files that anyone can fetch, and a link in a public chain of hashes. The check reads all files
        again and compares them with the chain.
      </p>
      <p class="actions">
        <button type="button" class="button" disabled={outcome === "busy"} onClick={check}>
          {outcome === "busy" ? "Checking…" : "Check the archive"}
        </button>
      </p>
      <div role="status">{outcome && outcome !== "busy" && <Said outcome={outcome} />}</div>
    </section>
  );
}

function Said({ outcome }: { outcome: Verification | { trouble: Trouble } }) {
  if ("trouble" in outcome) {
    return (
      <p class="trouble">
        <strong>The archive was not checked.</strong> {reasonOf(outcome.trouble)}
      </p>
    );
  }
  if (outcome.ok) {
    return (
      <p>
        <OutcomeMark passed /> Every file is the one that was sealed, and the chain is whole.
      </p>
    );
  }
  return (
    <div class="trouble">
      <p>
        <OutcomeMark passed={false} /> <strong>{notAsSealed(outcome.findings.length)}</strong> Tell whoever
        runs the server; editions stay as they are meanwhile.
      </p>
      <ul class="plain-list">
        {outcome.findings.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
