import { formatRange } from "../format";
import type { View } from "../view";
import type { Range } from "../weeks";

interface Props {
  view: View;
  range: Range;
  stale: boolean;
}

/** The computed sentence, and what a reader needs to judge it. */
export function Headline({ view, range, stale }: Props) {
  return (
    <section class={stale ? "headline is-stale" : "headline"} aria-label="In one sentence">
      <h1 aria-live="polite">{view.headline}</h1>
      <p>
        {formatRange(range)}. {view.filter}
      </p>
      <p class="quiet">{[...view.detail, ...view.notes].join(" ")}</p>
    </section>
  );
}
