import { useState } from "preact/hooks";
import { formatNumber, plural } from "../format";
import { asTrouble, type Trouble } from "../hooks";
import { sendJson } from "../send";
import { useFocus } from "../start";
import { type Import, importUrl } from "./contract";
import { useProgress } from "./events";
import type { StepProps } from "./main";
import { rateOf, type Sample, secondsLeft, withSample } from "./pace";
import { formatLeft } from "./words";

interface Pace {
  rows: Sample[];
  bytes: Sample[];
}

/** The third step: rows are stored, told as they go. */
export function RunningStep({ one, opened, takeFocus, changed }: StepProps) {
  const heading = useFocus<HTMLHeadingElement>(takeFocus);
  const [pace, setPace] = useState<Pace>({ rows: [], bytes: [] });
  const connected = useProgress(one.id, (now) => {
    const at = performance.now();
    setPace((old) => ({ rows: withSample(old.rows, { at, done: now.rows }), bytes: withSample(old.bytes, { at, done: now.read }) }));
    opened.take(now);
  });
  const waits = one.state === "waiting";
  return (
    <section class="part" aria-labelledby="step-title">
      <h2 id="step-title" ref={heading} tabIndex={-1}>
        {waits ? `${one.name} waits for its turn` : `Importing ${one.name}`}
      </h2>
      {waits && <p>Another import runs. This one begins by itself; the page need not stay open.</p>}
      <progress max={one.bytes} value={waits ? 0 : one.read} aria-labelledby="step-title" />
      {!waits && <Figures one={one} pace={pace} />}
      {/* Said aloud at every tenth, not at every number. */}
      <p class="unseen" role="status">
        {Math.floor((10 * one.read) / Math.max(1, one.bytes))}0 per cent read
      </p>
      {!connected && (
        <p class="note" role="status">
          The connection dropped, and is tried again. The import goes on without it.
        </p>
      )}
      <Cancel one={one} onDone={() => (opened.retry(), changed())} />
    </section>
  );
}

function Figures({ one, pace }: { one: Import; pace: Pace }) {
  const rate = rateOf(pace.rows);
  const left = formatLeft(secondsLeft(pace.bytes, one.bytes));
  const facts: [string, string][] = [
    ["Rows read", formatNumber(one.rows)],
    ["Added", formatNumber(one.added)],
    ["There already", formatNumber(one.unchanged)],
    ["Refused", formatNumber(one.refused)],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="figures">{rate ? [`${plural(rate, "row")} a second`, left].filter(Boolean).join(", ") : "\u00a0"}</p>
    </>
  );
}

function Cancel({ one, onDone }: { one: Import; onDone(): void }) {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const cancel = () => {
    setBusy(true);
    sendJson("DELETE", importUrl(one.id)).then(onDone, (reason: unknown) => {
      setBusy(false);
      setTrouble(asTrouble(reason));
    });
  };
  return (
    <>
      {trouble && (
        <p class="trouble" role="alert">
          <strong>It was not cancelled.</strong> {trouble.title}. {trouble.detail}
        </p>
      )}
      <p class="actions">
        <button type="button" class="button" disabled={busy} onClick={cancel}>
          {busy ? "Cancelling…" : "Cancel the import"}
        </button>
        <span class="quiet">Rows that are in by then stay. Sending the file again later adds only the others.</span>
      </p>
    </>
  );
}
