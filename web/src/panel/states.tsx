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

/** No records yet: why the page is empty and what to type. */
export function EmptyStore({ hasBoundaries }: { hasBoundaries: boolean }) {
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h1 id="empty-title">Nothing to show yet</h1>
      <p>
        {hasBoundaries
          ? "The store holds boundaries but no pickups, so there is nothing to count. Put pickups in with:"
          : "The store holds no boundaries and no pickups, so there is nothing to draw or count. Put them in with these commands, boundaries first:"}
      </p>
      <pre tabIndex={0}>
        {hasBoundaries ? "" : "commonground import boundaries --from=DAY FILE.geojson\n"}
        {"commonground import pickups FILE.csv"}
      </pre>
      <p class="quiet">
        {hasBoundaries ? "" : "DAY is the day from which the boundary is in force, such as 2019-04-24. "}
        Add <code>--help</code> for what a file may hold, and <code>--store</code> where the server was started with it. Then
        load this page again.
      </p>
    </section>
  );
}
