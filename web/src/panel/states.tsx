// What stands where numbers cannot.
import { type Trouble, useSlow } from "../hooks";

interface TroubleProps {
  /** what could not be had, as the start of a sentence */
  what: string;
  trouble: Trouble;
  /** what is still good, as a sentence */
  kept?: string;
  onRetry(): void;
}

/** What happened, what was kept, what to try. */
export function TroubleBox({ what, trouble, kept, onRetry }: TroubleProps) {
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>{what} could not be brought up to date.</strong> {trouble.title}. {trouble.detail}
      </p>
      {kept && <p>{kept}</p>}
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** A word while the first answer is awaited; nothing for as long as nobody would notice. */
export function Waiting() {
  const slow = useSlow(true);
  return <p class="waiting quiet" role="status">{slow ? "Reading the numbers…" : ""}</p>;
}

interface EmptyProps {
  hasBoundaries: boolean;
  steward: boolean;
  /** may import files */
  imports: boolean;
  /** roles are chosen freely: a demonstration */
  demo: boolean;
}

/** No records yet: why the page is empty, and what is one click away. */
export function EmptyStore({ hasBoundaries, steward, imports, demo }: EmptyProps) {
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h1 id="empty-title">Nothing to show yet</h1>
      <p>
        {hasBoundaries
          ? "There are boundaries but no pickups, so there is nothing to count. One thing is left to do:"
          : "There are no boundaries and no pickups, so there is nothing to draw or count. Two things are to do:"}
      </p>
      <ol>
        {!hasBoundaries && (
          <li>
            <strong>Boundaries.</strong> <PutInAreas steward={steward} demo={demo} />: managed, residential, non-residential. What they would change is shown
            first.
          </li>
        )}
        <li>
          <strong>Pickups.</strong> {imports ? <a href="/staff/import/">Import a file</a> : "A planner imports a file"}, or have a crew record one on their phone.
        </li>
      </ol>
      <p>To look around first, start the server with a made-up town in a store of its own:</p>
      <pre tabIndex={0}>{"commonground --store sample.db sample\ncommonground --store sample.db serve --demo-roles"}</pre>
      <p class="quiet">
        On the command line: <code>commonground import boundaries --from=DAY FILE</code>, then <code>commonground import pickups FILE</code>. Then load this
        page again.
      </p>
    </section>
  );
}

function PutInAreas({ steward, demo }: Pick<EmptyProps, "steward" | "demo">) {
  if (steward) return <a href="/staff/steward/#boundary">Put in the areas</a>;
  if (!demo) return <>A steward puts in the areas</>;
  return (
    <>
      <a href="/staff/sign-in?to=/staff/steward/">Be the steward</a> and put in the areas
    </>
  );
}
