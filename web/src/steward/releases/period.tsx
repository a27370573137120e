import { useEffect, useRef } from "preact/hooks";
import { formatDate, formatRange } from "../../format";
import { useFocus } from "../../start";
import { Parts, StateLink } from "../parts";
import { lookAt } from "../state";
import { type PeriodLine, editionUrl } from "./contract";
import { DraftOf } from "./draft";
import { StateMark } from "./marks";
import type { ReleasesProps } from "./releases";
import { Withdrawal } from "./withdrawal";
import { STATE_WORDS } from "./words";

export interface PeriodProps extends ReleasesProps {
  periods: PeriodLine[];
  /** its first day */
  period: string;
  /** what had the focus is gone */
  takeFocus: boolean;
  /** asks for the list of periods again */
  renew(): void;
}

/** One period: its draft where there is one to look at, else what became of it. */
export function Period(props: PeriodProps) {
  const { state, change, periods, period, takeFocus } = props;
  const heading = useFocus<HTMLHeadingElement>(takeFocus);
  const line = periods.find((l) => l.from === period);
  const before = useRef(line?.state);
  useEffect(() => {
    // The button that sealed or withdrew it is gone.
    if (before.current !== line?.state) heading.current?.focus();
    before.current = line?.state;
  }, [line?.state]);
  return (
    <main class="report releases">
      <div class="head">
        <Parts {...{ state, change }} />
        <p>
          <StateLink to={lookAt(null)} {...{ state, change }}>
            All periods
          </StateLink>
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {line ? formatRange(line) : `No period begins on ${formatDate(period)}`}
        </h1>
        {line && (
          <p role="status">
            <StateMark state={line.state} /> {STATE_WORDS[line.state]}
          </p>
        )}
      </div>
      {line ? <Body {...props} line={line} /> : <NoPeriod />}
    </main>
  );
}

function NoPeriod() {
  return (
    <section class="part" aria-label="What to do">
      <p>The periods of the epoch are in the list of all periods.</p>
    </section>
  );
}

function Body({ line, ...props }: PeriodProps & { line: PeriodLine }) {
  if (line.state === "open") return <DraftOf {...props} line={line} />;
  return (
    <section class="part reading" aria-label="What became of it">
      {line.state === "waiting" && (
        <p>
          Its draft can be looked at from {formatDate(line.opens)}: an edition is late on purpose, and its search area is measured with
          the finds of the period after.
        </p>
      )}
      {line.state === "passed over" && <p>A later period was sealed before this one, so no edition of it is ever made.</p>}
      {line.manifest_sha256 && (
        <p>
          Hash of its manifest: <code class="hash">{line.manifest_sha256}</code>
        </p>
      )}
      {line.state === "withdrawn" && <p>Its links stay in the chain, and what it published goes on counting in the audit.</p>}
      {line.state === "sealed" && (
        <p>
          <a href={editionUrl(line.from)}>What the public sees</a>
        </p>
      )}
      {line.state === "sealed" && <Withdrawal line={line} onDone={props.renew} />}
    </section>
  );
}
