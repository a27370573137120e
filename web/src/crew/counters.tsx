import type { Kind } from "../api";

interface Props {
  kinds: Kind[];
  found: Record<string, number>;
  onChange(found: Record<string, number>): void;
}

const MOST = 999;

/** How many of each kind: two large buttons and a number that can be typed. */
export function Counters({ kinds, found, onChange }: Props) {
  const set = (id: string, n: number) => onChange({ ...found, [id]: Math.max(0, Math.min(MOST, Math.trunc(n) || 0)) });
  return (
    <fieldset class="counters">
      <legend>What you picked up</legend>
      {kinds.map(({ id, title }) => {
        const n = found[id] ?? 0;
        return (
          <div key={id} class="counter">
            <label for={`kind-${id}`}>{title}</label>
            <button type="button" class="button step" aria-label={`One less: ${title}`} disabled={n === 0} onClick={() => set(id, n - 1)}>
              −
            </button>
            <input
              id={`kind-${id}`}
              type="number"
              inputMode="numeric"
              min={0}
              max={MOST}
              value={n}
              onInput={(event) => set(id, event.currentTarget.valueAsNumber)}
            />
            <button type="button" class="button step" aria-label={`One more: ${title}`} onClick={() => set(id, n + 1)}>
              +
            </button>
          </div>
        );
      })}
    </fieldset>
  );
}
