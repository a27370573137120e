import { useMemo } from "preact/hooks";
import { type Trouble, useJson, useSlow } from "../../hooks";
import { type Draft, type PeriodLine, releaseUrl, type TrueSquare } from "./contract";
import { Findings } from "./findings";
import { Look } from "./look";
import type { PeriodProps } from "./period";
import { PublishedTables } from "./published";
import { PublishedReport } from "./report";
import { Signing } from "./signing";
import { draftSentence, reasonOf } from "./words";

export interface DraftProps extends PeriodProps {
  line: PeriodLine;
  draft: Draft;
}

/** The draft of a period that is open. */
export function DraftOf(props: PeriodProps & { line: PeriodLine }) {
  const { data, trouble, retry } = useJson<Draft>(releaseUrl(props.line.from, "draft"));
  return (
    <>
      {trouble && (
        <section class="part" aria-label="Trouble">
          <NoDraft trouble={trouble} kept={data !== null} onRetry={retry} />
        </section>
      )}
      {!data && !trouble && <Making />}
      {data && <Whole {...props} draft={data} renewDraft={retry} />}
    </>
  );
}

function NoDraft({ trouble, kept, onRetry }: { trouble: Trouble; kept: boolean; onRetry(): void }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>There is no draft as things are.</strong> {reasonOf(trouble)}
      </p>
      {kept && <p>What is below is the draft as it was.</p>}
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

function Making() {
  const slow = useSlow(true);
  return (
    <section class="part" aria-label="The draft">
      <p class="waiting quiet" role="status">
        {slow ? "Making the draft from all records of the period. It takes some seconds." : ""}
      </p>
    </section>
  );
}

function Whole({ renewDraft, ...props }: DraftProps & { renewDraft(): void }) {
  const { draft } = props;
  const squares = useMemo(() => draft.squares ?? [], [draft.sha256]);
  const show = (square: TrueSquare) => {
    props.change({ square: square.square });
    document.getElementById("look-title")?.focus();
  };
  return (
    <>
      <section class="part reading" aria-labelledby="findings-title">
        <h2 id="findings-title">What the rules say</h2>
        <p role="status">
          <strong>{draftSentence(draft)}</strong>
        </p>
        <Findings findings={draft.findings ?? []} squares={squares} onPick={show} />
      </section>
      <Look {...props} squares={squares} />
      <PublishedTables edition={draft.edition} />
      <PublishedReport report={draft.report} />
      <section class="part reading" aria-labelledby="useful-title">
        <h2 id="useful-title">What is left of the truth</h2>
        <p class="quiet">For you alone: these figures are never published, for together with the edition they would tell more.</p>
        <ul class="plain-list">
          {(draft.usefulness ?? []).map(({ name, text }) => (
            <li key={name}>{text}</li>
          ))}
        </ul>
      </section>
      <Signing {...props} renewDraft={renewDraft} />
    </>
  );
}
