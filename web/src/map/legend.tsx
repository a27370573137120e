import type { Boundaries, ClassId, Scheme } from "../api";
import { formatDate, plural } from "../format";
import { ClassMark } from "../marks";
import { cutLabels, cuts, ITEM_CUTS, sideM } from "./cuts";

interface Props {
  scheme: Scheme;
  /** level of the squares on screen; null where there are none */
  level: number | null;
  weeks: number;
  pickups: boolean;
  /** squares are scored */
  scored: boolean;
  boundaries: Boundaries | null;
  /** the day whose boundary is drawn */
  day: string;
  open: boolean;
}

const DRAWN: ClassId[] = ["managed", "residential", "non_residential", "outside"];

/** What the marks and colours mean, at this zoom and for these weeks. */
export function Legend({ scheme, level, weeks, pickups, scored, boundaries, day, open }: Props) {
  return (
    <details class="legend" open={open}>
      <summary>Legend</summary>
      {level !== null && (
        <Ramp what="Items" level={level} weeks={weeks} base={ITEM_CUTS}>
          {scheme.showsVisits && (
            <li class="legend-row">
              <span class="swatch swatch-none" /> Visited, nothing found
            </li>
          )}
          {scored && (
            <li class="legend-row">
              <span class="swatch swatch-hot" /> It and its neighbours: more than chance
            </li>
          )}
        </Ramp>
      )}
      {pickups && <PickupMarks />}
      <AreaMarks {...{ scheme, boundaries, day }} />
    </details>
  );
}

interface AreaMarksProps extends Pick<Props, "boundaries" | "day"> {
  scheme: Pick<Scheme, "classes">;
}

/** The marks of the areas on the map. */
export function AreaMarks({ scheme, boundaries, day }: AreaMarksProps) {
  const title = (id: ClassId) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <>
      <h3>{boundaries && boundaries.version === null ? "No boundary in force on" : "Boundary on"} {formatDate(day)}</h3>
      <ul>
        {DRAWN.map((id) => (
          <li key={id} class="legend-row">
            <ClassMark id={id} /> {title(id)}
          </li>
        ))}
      </ul>
    </>
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

interface RampProps {
  /** what is counted, as the start of a sentence */
  what: string;
  level: number;
  weeks: number;
  base: readonly number[];
  children?: preact.ComponentChildren;
}

/** The steps of the ramp, as the map has them. */
export function Ramp({ what, level, weeks, base, children }: RampProps) {
  return (
    <>
      <h3>
        {what} in a square of {sideLabel(level)}, {plural(weeks, "week")}
      </h3>
      <ul data-level={level}>
        {cutLabels(cuts(level, weeks, base)).map((label, step) => (
          <li key={label} class="legend-row">
            <span class={`swatch swatch-${step}`} /> {label}
          </li>
        ))}
        {children}
      </ul>
    </>
  );
}

function sideLabel(level: number): string {
  const metres = sideM(level);
  return metres < 1000 ? `${metres}\u00a0m` : `${metres / 1000}\u00a0km`;
}
