import { AreaMarks } from "../map/legend";
import { joinWords } from "../format";
import { lastDay } from "../weeks";
import type { ClassId } from "../api";
import { shownBands } from "./bands";
import { bandOf, type Edition, isBounded, type Loaded } from "./contract";

// For classes that have no column in the tables.
const CLASSES: { id: ClassId; title: string }[] = [
  { id: "managed", title: "Managed area" },
  { id: "residential", title: "Residential" },
  { id: "non_residential", title: "Non-residential" },
  { id: "outside", title: "Outside" },
];

/** What the colours and marks of the map mean, in the words of the edition. */
export function Key({ loaded: { edition } }: { loaded: Loaded }) {
  const classes = CLASSES.map(({ id, title }) => ({ id, title: edition.tables.classes.find((c) => c.id === id)?.title ?? title }));
  return (
    <div class="key">
      <div>
        <h3>
          Items removed {perSquare(edition)}in the whole period{together(edition)}
        </h3>
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

// Where all bands were merged into one there is no number to have a measure.
function perSquare({ map }: Edition): string {
  return map.legend.some(isBounded) ? "for each 250\u00a0m × 250\u00a0m, " : "";
}

/** ", needles and condoms together": the map has one measure. */
function together({ tables: { families } }: Edition): string {
  return families.length < 2 ? "" : `, ${joinWords(families.map((f) => f.title.toLowerCase()))} together`;
}

function NotShown({ edition }: { edition: Edition }) {
  return (
    <li class="legend-row">
      <span class="swatch swatch-none" /> {bandOf(edition, 0)?.text ?? "not shown: too few, too rarely, or none"}
    </li>
  );
}
