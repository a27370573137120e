import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useJson } from "../hooks";
import { useFocus } from "../start";
import { type Import, importUrl, type Sort } from "./contract";
import { keepChoices, keptChoices } from "./kept";
import { fromMapping } from "./mapping";
import type { StepProps } from "./main";
import { Sending } from "./sending";
import { whyNot } from "./upload";
import { formatBytes } from "./words";

interface Props {
  sorts: Sort[];
  mends: string | null;
  takeFocus: boolean;
  go: StepProps["go"];
}

/** The first step: which file, and what is in it. */
export function ChooseStep({ sorts, mends, takeFocus, go }: Props) {
  const heading = useFocus<HTMLHeadingElement>(takeFocus);
  const { data: before, trouble } = useJson<Import>(mends && importUrl(mends));
  // One that is not there any more: its mended rows are a file like any other.
  const mending = mends !== null && !trouble;
  const [picked, setPicked] = useState<Sort | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [sending, setSending] = useState(false);
  const told = mending ? (before?.sort ?? null) : picked;
  const sort = told ?? (sorts.length === 1 ? (sorts[0] ?? null) : null);
  const sent = (one: Import) => {
    // A mended file has the columns of the first, and is read as it was.
    if (before) keepChoices(one.id, keptChoices(before.id) ?? fromMapping(before.mapping));
    go({ id: one.id });
  };
  return (
    <section class="part" aria-labelledby="step-title">
      <h2 id="step-title" ref={heading} tabIndex={-1}>
        {!mending ? "Which file?" : before && before.state !== "done" ? "The file again" : "The mended file"}
      </h2>
      {mending && <p>It is read with the same columns as {before?.name ?? "the first"}. Mended rows alone will do, and so will the whole file: what is there already is not added twice.</p>}
      {!mending && <SortChoice {...{ sorts, sort }} disabled={sending} onChange={setPicked} />}
      {sending && file && sort ? (
        <Sending {...{ file, sort }} onSent={sent} onEnd={() => setSending(false)} />
      ) : (
        <>
          <FileChoice file={file} onChange={setFile} />
          <SendButton {...{ file, sort }} onSend={() => setSending(true)} />
        </>
      )}
    </section>
  );
}

function SendButton({ file, sort, onSend }: { file: File | null; sort: Sort | null; onSend(): void }) {
  const ready = file !== null && sort !== null && whyNot(file) === null;
  return (
    <>
      <p class="actions">
        <button type="button" class="button primary" disabled={!ready} onClick={onSend}>
          Send the file
        </button>
        <span class="quiet">{!file ? "Choose a file first." : !sort ? "Say first what is in the file." : ""}</span>
      </p>
      <p class="note">
        Sending stores no record yet: the next step shows how the rows are read. The file itself is deleted after seven days, or
        earlier by you; nobody else sees it.
      </p>
    </>
  );
}

const SORTS: Record<Sort, [title: string, text: string]> = {
  pickups: ["Pickups", "what cleansing crews found, and where"],
  incidents: ["Incidents", "reports of harm or nuisance"],
};

interface SortProps {
  sorts: Sort[];
  sort: Sort | null;
  disabled: boolean;
  onChange(sort: Sort): void;
}

function SortChoice({ sorts, sort, disabled, onChange }: SortProps) {
  if (sorts.length === 1) {
    const [title, text] = SORTS[sorts[0] ?? "pickups"];
    return (
      <p>
        A file of {title.toLowerCase()}: {text}.
      </p>
    );
  }
  return (
    <fieldset disabled={disabled}>
      <legend>What is in it</legend>
      {sorts.map((id) => (
        <label key={id} class="choice">
          <input type="radio" name="sort" checked={id === sort} onChange={() => onChange(id)} />
          {SORTS[id][0]}: {SORTS[id][1]}
        </label>
      ))}
    </fieldset>
  );
}

/** A file by button, or dropped anywhere on the page. */
function FileChoice({ file, onChange }: { file: File | null; onChange(file: File): void }) {
  const input = useRef<HTMLInputElement>(null);
  const [many, setMany] = useState(false);
  const take = (files: FileList | null | undefined) => {
    setMany((files?.length ?? 0) > 1);
    if (files?.length === 1 && files[0]) onChange(files[0]);
  };
  const over = useDrop(take);
  const wrong = many ? "One file at a time: send them one after the other." : file && whyNot(file);
  return (
    <div class="drop" role="group" aria-labelledby="drop-title" aria-describedby="drop-help" data-over={over}>
      <p id="drop-title">
        <strong>{file ? file.name : "Drop a file here"}</strong>
        {file && `, ${formatBytes(file.size)}`}
      </p>
      <input ref={input} type="file" hidden onChange={(event) => take(event.currentTarget.files)} />
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {file ? "Choose another file" : "Choose a file"}
      </button>
      <p id="drop-help" class="quiet">
        One file of up to 1 GiB, dropped anywhere on this page or chosen with the button. Its first row names the columns.
      </p>
      <div role="status">{wrong && <p class="wrong">{wrong}</p>}</div>
    </div>
  );
}

/** Takes files that are dropped on the page; returns whether some are held over it. */
function useDrop(take: (files: FileList | undefined) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  // Before the paint: a file may be dropped as soon as the page is seen.
  useLayoutEffect(() => {
    const hold = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    // Else the browser would open the file in place of the page.
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(false);
      latest.current(event.dataTransfer.files);
    };
    const held: [string, EventListener][] = [["dragenter", hold as EventListener], ["dragover", hold as EventListener], ["dragleave", leave as EventListener], ["drop", drop as EventListener]];
    for (const [type, listener] of held) addEventListener(type, listener);
    return () => {
      for (const [type, listener] of held) removeEventListener(type, listener);
    };
  }, []);
  return over;
}
