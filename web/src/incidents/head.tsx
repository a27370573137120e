import { PHONE, useMedia } from "../hooks";
import { TroubleBox, Waiting } from "../panel/states";
import type { IncidentModel } from "./model";
import { IncidentFilters } from "./filters";
import type { IncidentView } from "./view";

interface Props {
  m: IncidentModel;
  view: IncidentView;
  children: preact.ComponentChildren;
}

/** The sentence, what a reader needs to judge it, and what is shown. */
export function IncidentHead({ m, view, children }: Props) {
  const { counts } = m;
  const phone = useMedia(PHONE);
  const filters = <IncidentFilters m={m} view={view} />;
  return (
    <div class="head">
      <section class={counts.stale ? "headline is-stale" : "headline"} aria-label="In one sentence">
        <h1 tabIndex={-1} aria-live="polite">
          {view.headline}
        </h1>
        <p>
          {view.period}. {view.filter}
        </p>
        {view.sides.map((side) => side.before && <p key={side.id} class="quiet">{side.before}</p>)}
        {view.notes.length > 0 && <p class="quiet">{view.notes.join(" ")}</p>}
      </section>
      {counts.trouble && (
        <TroubleBox
          what="The counts"
          trouble={counts.trouble}
          kept="What is pale on this page is from before your last choice. Your choice is kept."
          onRetry={counts.retry}
        />
      )}
      {children}
      {phone ? (
        <details class="fold">
          <summary>Choose categories and places</summary>
          {filters}
        </details>
      ) : (
        filters
      )}
    </div>
  );
}

/** What stands where there is nothing to show: no answer yet, none to be had, or no records. */
export function NoIncidents({ m: { counts } }: { m: IncidentModel }) {
  if (counts.trouble) return <TroubleBox what="The counts" trouble={counts.trouble} onRetry={counts.retry} />;
  if (!counts.data) return <Waiting />;
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h1 id="empty-title">No incidents yet</h1>
      <p>The store holds no reports. Put them in with:</p>
      <pre tabIndex={0}>commonground import incidents FILE.csv</pre>
    </section>
  );
}
