// The chart as the choice of weeks: drag across it, or move its two handles by keyboard or pointer.
import { useRef, useState } from "preact/hooks";
import { formatWeek } from "../format";
import { type History, useWidth } from "../hooks";
import type { Table } from "../tally";
import { rangeOfIndices, type Range, weekIndex } from "../weeks";
import { chartLayout, type Frame, keyTarget, type Layout, weekAt } from "./layout";
import { WeekChart } from "./week-chart";

interface Props {
  table: Table;
  span: Range;
  range: Range;
  label: string;
  /** what tells its handles from those of another chart of the same weeks, such as ", harm" */
  suffix?: string;
  /** what the scale must hold, where several charts share one */
  most?: number;
  onChange(range: Range, history: History): void;
}

const HEIGHT = 132;
const FRAME: Omit<Frame, "width"> = { height: HEIGHT, left: 44, right: 16, top: 10, bottom: 26 };

interface Drag {
  /** the week that stays while the other end follows the pointer */
  anchor: number;
  to: number;
}

export function Brush({ table, span, range, label, suffix = "", most, onChange }: Props) {
  const [box, width] = useWidth<HTMLDivElement>();
  const [drag, setDrag] = useState<Drag | null>(null);
  const layout = chartLayout(table, { ...FRAME, width, ...(most !== undefined && { most }) });
  const weeks = table.rows.length;
  const shown = drag ? rangeOfIndices(span, drag.anchor, drag.to) : range;
  const first = weekIndex(span, shown.from);
  const last = weekIndex(span, shown.to) - 1;
  const pointer = usePointer({ box, layout, weeks, drag, setDrag, onDone: (d) => onChange(rangeOfIndices(span, d.anchor, d.to), "push") });
  const move = (a: number, b: number) => onChange(rangeOfIndices(span, a, b), "replace");
  const handle = { span, layout, max: weeks - 1 };
  return (
    <div class="brush" ref={box} {...pointer.area}>
      {width > 0 && <WeekChart {...{ layout, width, first, last, label }} height={HEIGHT} />}
      <Band layout={layout} first={first} last={last} />
      <Handle {...handle} name={`First week${suffix}`} side="left" at={first} min={0} max={last} onMove={(i) => move(i, last)} onGrab={pointer.grab(last)} />
      <Handle {...handle} name={`Last week${suffix}`} side="right" at={last} min={first} onMove={(i) => move(first, i)} onGrab={pointer.grab(first)} />
    </div>
  );
}

interface PointerInput {
  box: { current: HTMLDivElement | null };
  layout: Layout;
  weeks: number;
  drag: Drag | null;
  setDrag(drag: Drag | null): void;
  onDone(drag: Drag): void;
}

function usePointer({ box, layout, weeks, drag, setDrag, onDone }: PointerInput) {
  // A ref beside the state: pointer events may come faster than renders.
  const live = useRef<Drag | null>(drag);
  const set = (next: Drag | null) => {
    live.current = next;
    setDrag(next);
  };
  const at = (event: PointerEvent) => weekAt(layout, weeks, event.clientX - (box.current?.getBoundingClientRect().left ?? 0));
  const start = (event: PointerEvent, anchor: number | null) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    box.current?.setPointerCapture(event.pointerId);
    const to = at(event);
    set({ anchor: anchor ?? to, to });
  };
  const area = {
    onPointerDown: (event: PointerEvent) => start(event, null),
    onPointerMove: (event: PointerEvent) => live.current && set({ ...live.current, to: at(event) }),
    onPointerUp: () => {
      if (live.current) onDone(live.current);
      set(null);
    },
    // The browser took the gesture, most often to scroll: leave the range as it was.
    onPointerCancel: () => set(null),
  };
  return { area, grab: (anchor: number) => (event: PointerEvent) => start(event, anchor) };
}

function Band({ layout, first, last }: { layout: Layout; first: number; last: number }) {
  const style = { left: `${layout.left + first * layout.step}px`, width: `${(last - first + 1) * layout.step}px` };
  return <div class="band" style={style} />;
}

interface HandleProps {
  name: string;
  side: "left" | "right";
  span: Range;
  layout: Layout;
  at: number;
  min: number;
  max: number;
  onMove(index: number): void;
  onGrab(event: PointerEvent): void;
}

function Handle({ name, side, span, layout, at, min, max, onMove, onGrab }: HandleProps) {
  const week = rangeOfIndices(span, at, at).from;
  const x = layout.left + (side === "left" ? at : at + 1) * layout.step;
  const onKeyDown = (event: KeyboardEvent) => {
    const target = keyTarget(event.key, at, min, max);
    if (target === null) return;
    event.preventDefault();
    if (target !== at) onMove(target);
  };
  return (
    <div
      class={`handle handle-${side}`}
      style={{ left: `${x}px` }}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-orientation="horizontal"
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={at}
      aria-valuetext={formatWeek(week)}
      onKeyDown={onKeyDown}
      onPointerDown={onGrab}
    />
  );
}
