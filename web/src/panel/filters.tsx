import type { ClassId, Filter, Scheme } from "../api";
import { formatNumber } from "../format";
import type { ChangeState } from "../hooks";
import { ClassMark } from "../marks";
import { toggle } from "../state";
import type { View } from "../view";

interface Props {
  scheme: Scheme;
  filter: Filter;
  view: View;
  /** items by kind in these weeks and places; null while unknown */
  byKind: Map<string, number> | null;
  stale: boolean;
  change: ChangeState;
}

/** Which kinds and which places are counted, each with what it holds. */
export function Filters({ scheme, filter, view, byKind, stale, change }: Props) {
  const kinds = scheme.kinds.map((k) => k.id);
  const classes = scheme.classes.map((c) => c.id);
  const title = (id: ClassId) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <section class={stale ? "filters is-stale" : "filters"} aria-label="What is counted">
      <Choices name="Kinds" onAll={filter.kinds && (() => change({ kinds: null }))}>
        {scheme.kinds.map((kind) => (
          <Choice
            key={kind.id}
            title={kind.title}
            items={byKind ? (byKind.get(kind.id) ?? 0) : null}
            checked={filter.kinds?.includes(kind.id) ?? true}
            onToggle={() => change({ kinds: toggle(filter.kinds, kinds, kind.id) })}
          />
        ))}
      </Choices>
      <Choices name="Places" onAll={filter.classes && (() => change({ classes: null }))}>
        {view.byClass.map(({ id, items }) => (
          <Choice
            key={id}
            mark={id}
            title={title(id)}
            items={items}
            checked={filter.classes?.includes(id) ?? true}
            onToggle={() => change({ classes: toggle(filter.classes, classes, id) })}
          />
        ))}
      </Choices>
    </section>
  );
}

interface ChoicesProps {
  name: string;
  /** null where all are chosen already */
  onAll: (() => void) | null;
  children: preact.ComponentChildren;
}

function Choices({ name, onAll, children }: ChoicesProps) {
  return (
    <div class="choices" role="group" aria-labelledby={`choices-${name}`}>
      <div class="choices-head">
        <h2 id={`choices-${name}`}>{name}</h2>
        {onAll && (
          <button type="button" class="link" onClick={onAll}>
            All {name.toLowerCase()}
          </button>
        )}
        <span class="quiet" aria-hidden="true">
          Items
        </span>
      </div>
      {children}
    </div>
  );
}

interface ChoiceProps {
  title: string;
  mark?: ClassId;
  items: number | null;
  checked: boolean;
  onToggle(): void;
}

function Choice({ title, mark, items, checked, onToggle }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="checkbox" checked={checked} onChange={onToggle} />
      {mark && <ClassMark id={mark} />}
      <span class="choice-title">{title}</span>
      <span class={checked ? "choice-items" : "choice-items quiet"}>
        {items === null ? "" : formatNumber(items)}
        <span class="unseen"> items</span>
      </span>
    </label>
  );
}
