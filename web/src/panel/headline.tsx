import type { View } from "../view";

interface Props {
  view: View;
  stale: boolean;
}

/** The computed sentence, and what a reader needs to judge it. */
export function Headline({ view, stale }: Props) {
  return (
    <section class={stale ? "headline is-stale" : "headline"} aria-label="In one sentence">
      <h1 aria-live="polite">{view.headline}</h1>
      <p>
        {view.period}. {view.filter}
      </p>
      <p class="quiet">{[...view.detail, ...view.notes].join(" ")}</p>
    </section>
  );
}
