import { AreaMarks } from "../map/legend";
import { lastDay } from "../weeks";
import type { ClassId } from "../api";
import { shownBands } from "./bands";
import { bandOf, type Edition, type Loaded } from "./contract";

/** What the colours and marks of the map mean, in the words of the edition. */
export function Key({ loaded: { edition } }: { loaded: Loaded }) {
  const classes = edition.tables.classes.map(({ id, title }) => ({ id: id as ClassId, title }));
  return (
    <div class="key">
      <div>
        <h3>Items removed for each 250&nbsp;m × 250&nbsp;m, in the whole period</h3>
        <ul>
          {shownBands(edition).map(({ band, text, step }) => (
            <li key={band} class="legend-row">
              <span class={`swatch band-${step}`} /> {text}
            </li>
          ))}
          <NotShown edition={edition} />
        </ul>
      </div>
      <div>
        <AreaMarks scheme={{ classes }} boundaries={null} day={lastDay(edition.period)} />
      </div>
    </div>
  );
}

function NotShown({ edition }: { edition: Edition }) {
  return (
    <li class="legend-row">
      <span class="swatch swatch-none" /> {bandOf(edition, 0)?.text ?? "not shown: too few, too rarely, or none"}
    </li>
  );
}
