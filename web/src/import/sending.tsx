import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { asTrouble, type Trouble } from "../hooks";
import { useFocus } from "../start";
import type { Import, Sort } from "./contract";
import { rateOf, type Sample, secondsLeft, withSample } from "./pace";
import { CANCELLED, upload } from "./upload";
import { formatBytes, formatLeft } from "./words";

interface Props {
  file: File;
  sort: Sort;
  onSent(one: Import): void;
  /** it was cancelled, or failed and is let go */
  onEnd(): void;
}

/** A file on its way: how far, how fast, how long still, and the way back. */
export function Sending({ file, sort, onSent, onEnd }: Props) {
  const [samples, setSamples] = useState<Sample[]>([]);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [attempt, setAttempt] = useState(0);
  // Of layout, so that what is let go ends in the same moment, and no answer to it comes after.
  useLayoutEffect(() => {
    setSamples([{ at: performance.now(), done: 0 }]);
    const going = upload(file, sort, (sent) => setSamples((old) => withSample(old, { at: performance.now(), done: sent })));
    going.done.then(onSent, (reason: unknown) => reason !== CANCELLED && setTrouble(asTrouble(reason)));
    return going.cancel;
  }, [attempt]);
  useStay(!trouble);
  const title = useFocus<HTMLParagraphElement>(!trouble);
  if (trouble) return <NotSent {...{ file, trouble, onEnd }} onRetry={() => (setTrouble(null), setAttempt((n) => n + 1))} />;
  const sent = samples[samples.length - 1]?.done ?? 0;
  return (
    <div class="going">
      <p id="sending-title" ref={title} tabIndex={-1}>
        <strong>Sending {file.name}</strong>
      </p>
      <progress max={file.size} value={sent} aria-labelledby="sending-title" />
      <p class="figures">{sent < file.size ? sendingText(sent, file.size, samples) : "Sent. The server looks at the file…"}</p>
      <p class="actions">
        <button type="button" class="button" onClick={onEnd}>
          Cancel
        </button>
        <span class="quiet">Nothing is kept of a file that did not arrive whole.</span>
      </p>
    </div>
  );
}

/** Has the browser ask before the page is left. */
function useStay(stay: boolean): void {
  useEffect(() => {
    if (!stay) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [stay]);
}

function sendingText(sent: number, whole: number, samples: Sample[]): string {
  const rate = rateOf(samples);
  const parts = [`${formatBytes(sent)} of ${formatBytes(whole)}`];
  if (rate) parts.push(`${formatBytes(rate)} a second`, formatLeft(secondsLeft(samples, whole)));
  return parts.join(", ");
}

function NotSent({ file, trouble, onRetry, onEnd }: { file: File; trouble: Trouble; onRetry(): void; onEnd(): void }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>{file.name} was not sent.</strong> {trouble.title}. {trouble.detail}
      </p>
      <p>Nothing was stored. The file is still chosen.</p>
      <p class="actions">
        <button type="button" class="button" onClick={onRetry}>
          Send it again
        </button>
        <button type="button" class="button" onClick={onEnd}>
          Choose another file
        </button>
      </p>
    </div>
  );
}
