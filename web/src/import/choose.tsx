import { useState } from "preact/hooks";
import { useJson } from "../hooks";
import { useFocus } from "../start";
import { type Import, importUrl, type Sort } from "./contract";
import { FileChoice } from "./drop";
import { keepChoices, keptChoices } from "./kept";
import { fromMapping } from "./mapping";
import type { StepProps } from "./main";
import { Sending } from "./sending";
import { whyNot } from "./upload";

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
      {mending && (
        <p>
          It is read with the same columns as {before?.name ?? "the first"}. Mended rows alone will do, and so will the whole file:
          what is there already is not added twice.
        </p>
      )}
      {!mending && <SortChoice {...{ sorts, sort }} disabled={sending} onChange={setPicked} />}
      {sending && file && sort ? (
        <Sending {...{ file, sort }} onSent={sent} onEnd={() => (setSending(false), heading.current?.focus())} />
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
