import type { Kind } from "../api";

interface Props {
  kinds: Kind[];
  found: Record<string, number>;
  onChange(found: Record<string, number>): void;
}

const MOST = 999;

/** How many of each kind: a large button that adds one, a number that can be typed, a small button that takes one off. */
export function Counters({ kinds, found, onChange }: Props) {
  const set = (id: string, n: number) => onChange({ ...found, [id]: Math.max(0, Math.min(MOST, Math.trunc(n) || 0)) });
  return (
    <fieldset class="counters">
      <legend>What you picked up: one tap for each</legend>
      {kinds.map(({ id, title }) => {
        const n = found[id] ?? 0;
        return (
          <div key={id} class="counter" data-some={n > 0}>
            <button type="button" class="button add" aria-label={`One more: ${title}`} onClick={() => set(id, n + 1)}>
              <span>{title}</span>
              <span aria-hidden="true">+</span>
            </button>
            <input
              type="number"
              inputMode="numeric"
              aria-label={title}
              min={0}
              max={MOST}
              value={n}
              onInput={(event) => set(id, event.currentTarget.valueAsNumber)}
            />
            <button type="button" class="button less" aria-label={`One less: ${title}`} disabled={n === 0} onClick={() => set(id, n - 1)}>
              −
            </button>
          </div>
        );
      })}
    </fieldset>
  );
}
