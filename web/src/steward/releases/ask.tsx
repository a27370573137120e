import { useEffect, useId, useRef, useState } from "preact/hooks";
import { asTrouble, type Trouble } from "../../hooks";
import { reasonOf } from "./words";

/** What came of a question: nothing, the deed, or a refusal, after which things may not be as they were thought to be. */
export type Came = "nothing" | "done" | "refused";

interface Props {
  title: string;
  /** what the button that does it says */
  act: string;
  /** what the one that does nothing says */
  keep: string;
  /** "It was not signed." */
  failed: string;
  disabled?: boolean;
  onAct(): Promise<unknown>;
  onClose(came: Came): void;
  children: preact.ComponentChildren;
}

/** Asks once more before something that can't be undone. */
export function Ask({ title, act, keep, failed, disabled, onAct, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const leave = () => onClose(trouble ? "refused" : "nothing");
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (disabled || busy) return;
    setBusy(true);
    setTrouble(null);
    onAct().then(
      () => onClose("done"),
      (reason: unknown) => {
        setBusy(false);
        setTrouble(asTrouble(reason));
      },
    );
  };
  return (
    <dialog ref={dialog} class="ask" aria-labelledby={id} onClose={leave}>
      <h3 id={id}>{title}</h3>
      <form onSubmit={send}>
        {children}
        {trouble && (
          <p class="trouble" role="alert">
            <strong>{failed}</strong> {reasonOf(trouble)}
          </p>
        )}
        <p class="actions">
          <button type="button" class="button" onClick={leave}>
            {keep}
          </button>
          <button class="button primary" disabled={disabled || busy}>
            {busy ? "Working…" : act}
          </button>
        </p>
      </form>
    </dialog>
  );
}
