// The marks of the classes: the same in legend, chart, filters and table, and never colour alone. Colours and line styles
// are in styles/marks.css, by class name.
import type { ClassId } from "./api";

/** Patterns that marks and chart refer to. Once on the page. */
export function PatternDefs() {
  return (
    <svg class="pattern-defs" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <Pattern id="mark-managed" size={6}>
          <path class="mark-hatch" d="M-1.5,1.5 l3,-3 M0,6 l6,-6 M4.5,7.5 l3,-3" />
        </Pattern>
        <Pattern id="mark-non_residential" size={4}>
          <circle class="mark-dot" cx="2" cy="2" r="0.7" />
        </Pattern>
        <Pattern id="mark-unlocated" size={4}>
          <path class="mark-thin" d="M0,2 h4" />
        </Pattern>
        <Pattern id="mark-unclassified" size={4}>
          <path class="mark-thin" d="M2,0 v4" />
        </Pattern>
      </defs>
    </svg>
  );
}

function Pattern(props: { id: string; size: number; children: preact.ComponentChildren }) {
  const { id, size, children } = props;
  return (
    <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse">
      <rect class={`ground ground-${id.slice("mark-".length)}`} width={size} height={size} />
      {children}
    </pattern>
  );
}

const PATTERNED: ClassId[] = ["managed", "non_residential", "unlocated", "unclassified"];

/** Fill for a shape of this class, as an SVG paint. */
export function classFill(id: ClassId): string | undefined {
  return PATTERNED.includes(id) ? `url(#mark-${id})` : undefined;
}

/** A small square with the mark of the class; the words beside it carry the meaning. */
export function ClassMark({ id }: { id: ClassId }) {
  return (
    <svg class={`mark mark-${id}`} width="20" height="16" viewBox="0 0 20 16" aria-hidden="true" focusable="false">
      <rect class={`shape shape-${id}`} x="1.5" y="1.5" width="17" height="13" fill={classFill(id)} />
    </svg>
  );
}
