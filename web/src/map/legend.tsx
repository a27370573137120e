import type { Boundaries, ClassId, Scheme } from "../api";
import { formatDate, plural } from "../format";
import { ClassMark } from "../marks";
import { cutLabels, cuts, sideM } from "./cuts";

interface Props {
  scheme: Scheme;
  /** level of the squares on screen; null where there are none */
  level: number | null;
  weeks: number;
  pickups: boolean;
  boundaries: Boundaries | null;
  /** the day whose boundary is drawn */
  day: string;
  open: boolean;
}

const DRAWN: ClassId[] = ["managed", "residential", "non_residential", "outside"];

/** What the marks and colours mean, at this zoom and for these weeks. */
export function Legend({ scheme, level, weeks, pickups, boundaries, day, open }: Props) {
  const title = (id: ClassId) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <details class="legend" open={open}>
      <summary>Legend</summary>
      {level !== null && <Ramp level={level} weeks={weeks} />}
      {pickups && <PickupMarks />}
      <h3>{boundaries && boundaries.version === null ? "No boundary in force on" : "Boundary on"} {formatDate(day)}</h3>
      <ul>
        {DRAWN.map((id) => (
          <li key={id} class="legend-row">
            <ClassMark id={id} /> {title(id)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function PickupMarks() {
  return (
    <ul>
      <li class="legend-row">
        <span class="swatch swatch-pickup" /> One visit, something found
      </li>
      <li class="legend-row">
        <span class="swatch swatch-pickup swatch-pickup-none" /> One visit, nothing found
      </li>
    </ul>
  );
}

function Ramp({ level, weeks }: { level: number; weeks: number }) {
  return (
    <>
      <h3>
        Items in a square of {sideLabel(level)}, {plural(weeks, "week")}
      </h3>
      <ul data-level={level}>
        {cutLabels(cuts(level, weeks)).map((label, step) => (
          <li key={label} class="legend-row">
            <span class={`swatch swatch-${step}`} /> {label}
          </li>
        ))}
        <li class="legend-row">
          <span class="swatch swatch-none" /> Visited, nothing found
        </li>
      </ul>
    </>
  );
}

function sideLabel(level: number): string {
  const metres = sideM(level);
  return metres < 1000 ? `${metres}\u00a0m` : `${metres / 1000}\u00a0km`;
}
