// What the three parts of the page share: the way between them, the records they go by, what stands on paper.
import type { ComponentChildren } from "preact";
import { WeekChoice } from "../chart/week-choice";
import { formatRange } from "../format";
import { filterSentence } from "../sentence";
import { DEFAULT_WEEKS, spanOf, toggle } from "../state";
import { lastWeeks, sameRange } from "../weeks";
import type { PlanModel } from "./model";
import { PLAN_ADDRESS, type Part } from "./state";

const PARTS: [Part, string][] = [
  ["round", "A round"],
  ["bins", "Sharps bins"],
  ["change", "Before and after a change"],
];

export function PlanParts({ m: { state, change } }: { m: PlanModel }) {
  const go = (part: Part, event: MouseEvent) => {
    // A new tab or window is the browser's matter.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    change({ part });
  };
  return (
    <nav class="parts" aria-label="Plans">
      {PARTS.map(([part, title]) => (
        <a
          key={part}
          href={location.pathname + PLAN_ADDRESS.format({ ...state, part })}
          aria-current={part === state.part ? "page" : undefined}
          onClick={(event) => go(part, event)}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

/** The weeks and kinds that a plan goes by, said in words and changed when unfolded. */
export function Records({ m, weeks = true }: { m: PlanModel; weeks?: boolean }) {
  const { scheme, change, filter } = m;
  const span = spanOf(scheme);
  const kinds = scheme.kinds.map((kind) => kind.id);
  return (
    <div class="records-used">
      <p>
        Goes by what was removed{weeks ? `, ${formatRange(filter.range)}` : ""}. {filterSentence(filter, scheme)}
      </p>
      <details class="fold no-print">
        <summary>{weeks ? "Choose weeks and kinds" : "Choose kinds"}</summary>
        {weeks && (
          <WeekChoice
            span={span}
            range={filter.range}
            onChange={(range, history) => change({ range: range && sameRange(range, lastWeeks(span, DEFAULT_WEEKS)) ? null : range }, history)}
          />
        )}
        <fieldset>
          <legend>Kinds</legend>
          {scheme.kinds.map((kind) => (
            <label key={kind.id} class="choice">
              <input
                type="checkbox"
                checked={filter.kinds?.includes(kind.id) ?? true}
                onChange={() => change({ kinds: toggle(filter.kinds, kinds, kind.id) })}
              />
              <span>{kind.title}</span>
            </label>
          ))}
        </fieldset>
      </details>
    </div>
  );
}

export function PrintButton() {
  return (
    <button type="button" class="button no-print" onClick={() => print()}>
      Print
    </button>
  );
}

interface ChoiceProps<T> {
  title: string;
  value: T;
  options: [value: T, title: string][];
  onPick(value: T): void;
}

/** A number out of a few. */
export function NumberChoice({ title, value, options, onPick }: ChoiceProps<number>) {
  // A kept link may name another number than the list has.
  const all = options.some(([option]) => option === value) ? options : [[value, String(value)] as [number, string], ...options];
  return (
    <label class="field">
      <span>{title}</span>
      <select value={value} onChange={(event) => onPick(Number(event.currentTarget.value))}>
        {all.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Part({ title, id, stale, children }: { title: string; id: string; stale?: boolean; children: ComponentChildren }) {
  return (
    <section class={stale ? "part is-stale" : "part"} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
