import { hiddenText, stepsOf } from "./bands";
import type { Edition } from "./contract";
import { densityLabels } from "./squares";

const UNIT = "Items for each 250\u00a0m × 250\u00a0m in the period";

/** What the colours of the public map mean. */
export function PublicKey({ edition }: { edition: Edition }) {
  return (
    <div class="key">
      <p>{UNIT}</p>
      <ul>
        {stepsOf(edition).map(({ band, text, step }) => (
          <li key={band} class="legend-row">
            <span class={`swatch violet-${step}`} /> {text}
          </li>
        ))}
        <li class="legend-row">
          <span class="swatch swatch-none" /> {hiddenText(edition)}
        </li>
      </ul>
    </div>
  );
}

/** What the colours and numbers of the map of the truth mean. */
export function TruthKey({ cuts }: { cuts: number[] }) {
  return (
    <div class="key">
      <p>{UNIT}; the number in a square is all of its items</p>
      <ul>
        {densityLabels(cuts).map((label, step) => (
          <li key={label} class="legend-row">
            <span class={`swatch swatch-${step}`} /> {label}
          </li>
        ))}
        <li class="legend-row">
          <span class="swatch swatch-none" /> nothing found
        </li>
      </ul>
    </div>
  );
}
