import { useEffect, useRef, useState } from "preact/hooks";
import { asTrouble, type Resource, type Trouble, useJson, useSlow } from "../hooks";
import { TroubleBox, Waiting } from "../panel/states";
import { sendJson } from "../send";
import { useFocus } from "../start";
import { type Import, importUrl, type Preview } from "./contract";
import { FieldTable } from "./fields";
import { FirstRows } from "./first-rows";
import { keepChoices, keptChoices } from "./kept";
import type { StepProps } from "./main";
import { type Choices, NO_CHOICES, previewUrl, problemField, startBody, troubles } from "./mapping";
import { PartChoice, SystemChoice, WholeFile } from "./whole-file";
import { droppedText, formatBytes, pageWords, reasonText } from "./words";

const PAUSE_MS = 300;

/** The second step: what each column is, held against the first rows. Nothing is stored. */
export function ColumnsStep({ one, scheme, opened, takeFocus, go, changed }: StepProps) {
  const heading = useFocus<HTMLHeadingElement>(takeFocus);
  const [choices, setChoices] = useState<Choices>(() => keptChoices(one.id) ?? NO_CHOICES);
  const change = (next: Choices) => {
    setChoices(next);
    keepChoices(one.id, next);
  };
  // Until the choices of this moment were asked about, what is shown is of earlier ones.
  const asked = useSettled(choices);
  const preview = useJson<Preview>(previewUrl(one.id, asked));
  const stale = preview.stale || asked !== choices;
  const started = (now: Import) => {
    opened.take(now);
    changed();
  };
  return (
    <section class="part columns" aria-labelledby="step-title">
      <h2 id="step-title" ref={heading} tabIndex={-1}>
        What is in {one.name}?
      </h2>
      <p>Each field is read from one column. What the names of the columns say is filled in; change what is wrong. Nothing is stored yet.</p>
      <Unread preview={preview} go={go} />
      {!preview.data && !preview.trouble && <Waiting />}
      {preview.data && (
        <>
          <PartChoice {...{ choices, change }} preview={preview.data} />
          {preview.data.columns.length > 0 ? (
            <>
              <FieldTable key={preview.data.part} {...{ choices, change }} preview={preview.data} />
              <WholeFile {...{ scheme, choices, change }} sort={one.sort} preview={preview.data} />
            </>
          ) : (
            <div class="fields">
              <SystemChoice {...{ choices, change }} preview={preview.data} />
            </div>
          )}
          <Understood {...{ scheme, stale, choices }} sort={one.sort} preview={preview.data} />
          <Start {...{ one, choices, stale }} preview={preview.data} onStarted={started} />
        </>
      )}
    </section>
  );
}

/** A value once it has not changed for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Unread({ preview, go }: { preview: Resource<Preview>; go: StepProps["go"] }) {
  if (!preview.trouble) return null;
  if (preview.data) return <TroubleBox what="The first rows" trouble={preview.trouble} kept="Your choices are kept." onRetry={preview.retry} />;
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>The file could not be read.</strong> {preview.trouble.title}. {pageWords(preview.trouble.detail)}
      </p>
      <p class="actions">
        <button type="button" class="button" onClick={preview.retry}>
          Try again
        </button>
        <button type="button" class="button" onClick={() => go({})}>
          Choose another file
        </button>
      </p>
    </div>
  );
}

interface UnderstoodProps extends Pick<StepProps, "scheme"> {
  sort: Import["sort"];
  preview: Preview;
  choices: Choices;
  stale: boolean;
}

/** The first rows, pale while they are of earlier choices. */
function Understood({ scheme, sort, preview, choices, stale }: UnderstoodProps) {
  const slow = useSlow(stale);
  const whole = troubles(preview, choices).get("");
  return (
    <div class={`understood ${slow ? "is-stale" : ""}`} aria-busy={stale}>
      <h3>How the first rows are read</h3>
      {preview.problem && <Problem preview={preview} />}
      {!preview.problem && whole && <p class="wrong">{reasonText(whole.reason)}</p>}
      {preview.columns.length > 0 && (
        <>
          <FirstRows {...{ scheme, sort, preview }} />
          <p>
            <strong>{droppedText(preview.dropped)}</strong>
          </p>
        </>
      )}
    </div>
  );
}

/** Why no row can be read, or the way to the field where that is said. */
function Problem({ preview }: { preview: Preview }) {
  const field = problemField(preview);
  const toField = () => document.getElementById(`field-${field?.field}`)?.focus();
  return (
    <p class="trouble" role="status">
      <strong>No row can be read yet.</strong>{" "}
      {field ? (
        <button type="button" class="link" onClick={toField}>
          Mend “{field.title}”
        </button>
      ) : (
        pageWords(preview.problem)
      )}
    </p>
  );
}

interface StartProps {
  one: Import;
  preview: Preview;
  choices: Choices;
  stale: boolean;
  onStarted(now: Import): void;
}

function Start({ one, preview, choices, stale, onStarted }: StartProps) {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const busy = useRef(false);
  const ready = !stale && preview.problem === "";
  const start = () => {
    if (!ready || busy.current) return;
    busy.current = true;
    sendJson<Import>("POST", importUrl(one.id, "start"), startBody(preview, choices)).then(
      (now) => now && onStarted(now),
      (reason: unknown) => {
        busy.current = false;
        setTrouble(asTrouble(reason));
      },
    );
  };
  return (
    <div class="start">
      <h3>Import all rows</h3>
      <p>
        The file has {formatBytes(one.bytes)}. Sending a file twice is harmless: a row that is there already is told, not added
        again. Refused rows come back with their reasons, and the others are stored all the same.
      </p>
      {trouble && (
        <p class="trouble" role="alert">
          <strong>It was not started.</strong> {trouble.title}. {pageWords(trouble.detail)} Nothing was stored, and your choices are kept.
        </p>
      )}
      <p class="actions">
        {/* Not disabled, which would take the focus away while the rows are read anew. */}
        <button type="button" class="button primary" aria-disabled={!ready} onClick={start}>
          Start the import
        </button>
        <span class="quiet" role="status">
          {preview.problem ? "Some fields need a column first." : stale ? "Reading the first rows…" : ""}
        </span>
      </p>
    </div>
  );
}
