import { useEffect, useRef, useState } from "preact/hooks";
import { formatMoment, formatNumber } from "../format";
import { asTrouble, type Resource, type Trouble } from "../hooks";
import { TroubleBox, Waiting } from "../panel/states";
import { sendJson } from "../send";
import { type Import, importUrl } from "./contract";
import type { StepProps } from "./main";
import { IMPORT_ADDRESS, isGoing, later } from "./state";
import { SORT_TITLES, stateTitle } from "./words";

interface Props {
  imports: Resource<{ imports: Import[] | null }>;
  /** the one that is looked at, and what is known of it by now */
  current: string | null;
  now: Import | null;
  timeZone: string;
  go: StepProps["go"];
}

/** What was imported before, and for how long its file and refusals are kept. */
export function Earlier({ imports, current, now, timeZone, go }: Props) {
  const [asked, setAsked] = useState<Import | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const all = (imports.data?.imports ?? []).map((one) => (one.id === now?.id ? (later(one, now) ?? one) : one));
  const deleted = (one: Import) => {
    setAsked(null);
    // What was pressed is gone.
    heading.current?.focus();
    if (one.id === current) go({});
    else imports.retry();
  };
  return (
    <section class="part earlier" aria-labelledby="earlier-title">
      <h2 id="earlier-title" ref={heading} tabIndex={-1}>Your imports</h2>
      {imports.trouble && <TroubleBox what="The list of imports" trouble={imports.trouble} onRetry={imports.retry} />}
      {!imports.data && !imports.trouble && <Waiting />}
      {imports.data && all.length === 0 && <p>None in the last seven days. Each is listed here from when its file is sent until that is deleted.</p>}
      {all.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of your imports">
          <table class="numbers records">
            <Head />
            <tbody>
              {all.map((one) => (
                <ImportRow key={one.id} {...{ one, timeZone, go }} current={one.id === current} onDelete={() => setAsked(one)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asked && <Delete one={asked} onDone={() => deleted(asked)} onClose={() => setAsked(null)} />}
    </section>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        <th scope="col" class="words">File</th>
        <th scope="col" class="words">Of</th>
        <th scope="col" class="words">State</th>
        <th scope="col">Rows</th>
        <th scope="col">Added</th>
        <th scope="col">Refused</th>
        <th scope="col" class="words">Sent</th>
        <th scope="col" class="words">Kept until</th>
        <th scope="col" class="words">Delete</th>
      </tr>
    </thead>
  );
}

interface RowProps extends Pick<Props, "timeZone" | "go"> {
  one: Import;
  current: boolean;
  onDelete(): void;
}

function ImportRow({ one, timeZone, go, current, onDelete }: RowProps) {
  const open = (event: MouseEvent) => {
    // A new tab or window is the browser's matter.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go({ id: one.id });
  };
  const begun = one.state !== "uploaded";
  return (
    <tr class={current ? "current" : ""}>
      <th scope="row">
        <a href={location.pathname + IMPORT_ADDRESS.format({ id: one.id, mends: null })} aria-current={current ? "true" : undefined} onClick={open}>
          {one.name}
        </a>
      </th>
      <td class="words">{SORT_TITLES[one.sort]}</td>
      <td class="words">{stateTitle(one.state)}</td>
      <td>{begun ? formatNumber(one.rows) : "–"}</td>
      <td>{begun ? formatNumber(one.added) : "–"}</td>
      <td>{begun ? formatNumber(one.refused) : "–"}</td>
      <td class="words">{formatMoment(one.created, timeZone)}</td>
      <td class="words">{formatMoment(one.expires, timeZone)}</td>
      <td class="words">
        {isGoing(one) ? (
          "while it runs: cancel it first"
        ) : (
          <button type="button" class="button" aria-label={`Delete ${one.name}`} onClick={onDelete}>
            Delete
          </button>
        )}
      </td>
    </tr>
  );
}

/** Asks before a file goes, since its refusals go too. */
function Delete({ one, onDone, onClose }: { one: Import; onDone(): void; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const remove = () => sendJson("DELETE", importUrl(one.id)).then(onDone, (reason: unknown) => setTrouble(asTrouble(reason)));
  return (
    <dialog ref={dialog} class="ask" aria-labelledby="delete-title" onClose={onClose}>
      <h3 id="delete-title">Delete {one.name}?</h3>
      <p>The file goes, and the refused rows with their reasons. The records that came in stay.</p>
      {trouble && (
        <p class="trouble" role="alert">
          <strong>It was not deleted.</strong> {trouble.title}. {trouble.detail}
        </p>
      )}
      <p class="actions">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" class="button primary" onClick={remove}>
          Delete it
        </button>
      </p>
    </dialog>
  );
}
