import type { ClassId } from "../api";
import { formatNumber } from "../format";
import { ClassMark } from "../marks";
import { toggle } from "../state";
import { CATEGORIES } from "./contract";
import type { IncidentModel } from "./model";
import { shownCategories } from "./state";
import type { IncidentView } from "./view";

interface Props {
  m: IncidentModel;
  view: IncidentView;
}

/** Which categories and places are shown. Harm and nuisance have a column each. */
export function IncidentFilters({ m, view }: Props) {
  const { scheme, state, change } = m;
  const shown = shownCategories(state.categories);
  const ids = CATEGORIES.map((c) => c.id);
  const classes = scheme.classes.map((c) => c.id);
  return (
    <section class="filters" aria-label="What is shown">
      <div class="choices" role="group" aria-labelledby="choices-categories">
        <h2 id="choices-categories">Categories</h2>
        {CATEGORIES.map(({ id, title, means }) => (
          <label key={id} class="choice">
            <input
              type="checkbox"
              checked={shown.includes(id)}
              onChange={() => change({ categories: toggle(state.categories, ids, id) })}
            />
            <span>
              {title}: {means}
            </span>
          </label>
        ))}
      </div>
      <div class="choices" role="group" aria-labelledby="choices-places">
        <div class="choices-head">
          <h2 id="choices-places">Places</h2>
          {state.classes && (
            <button type="button" class="link" onClick={() => change({ classes: null })}>
              All places
            </button>
          )}
          <span class="pair quiet" aria-hidden="true">
            {shown.map((id) => (
              <span key={id}>{CATEGORIES.find((c) => c.id === id)?.title}</span>
            ))}
          </span>
        </div>
        {view.byClass.map((row) => (
          <label key={row.id} class="choice">
            <input
              type="checkbox"
              checked={state.classes?.includes(row.id) ?? true}
              onChange={() => change({ classes: toggle(state.classes, classes, row.id) })}
            />
            <ClassMark id={row.id} />
            <span>{titleOf(m, row.id)}</span>
            <span class="pair choice-items">
              {shown.map((id) => (
                <span key={id}>
                  {formatNumber(row.reports[id])}
                  <span class="unseen"> of {id}</span>
                </span>
              ))}
            </span>
          </label>
        ))}
      </div>
    </section>
  );
}

function titleOf({ scheme }: IncidentModel, id: ClassId): string {
  return scheme.classes.find((c) => c.id === id)?.title ?? id;
}
