import { formatDate } from "../format";
import type { History } from "../hooks";
import { addDays, lastWeeks, type Range, rangeOfIndices, sameRange, weekIndex, weeksOf } from "../weeks";

interface Props {
  span: Range;
  range: Range;
  onChange(range: Range | null, history: History): void;
}

/** The same choice as the brush, without dragging: two lists and three buttons. */
export function WeekChoice({ span, range, onChange }: Props) {
  const first = weekIndex(span, range.from);
  const last = weekIndex(span, range.to) - 1;
  const weeks = weeksOf(span);
  const pick = (a: number, b: number) => onChange(rangeOfIndices(span, a, b), "push");
  return (
    <div class="week-choice">
      <p class="week-lists">
        <label>
          From{" "}
          <WeekList days={weeks} at={first} onPick={(i) => pick(i, last)} />
        </label>
        <label>
          to{" "}
          <WeekList days={weeks.map((w) => addDays(w, 6))} at={last} onPick={(i) => pick(first, i)} />
        </label>
      </p>
      <p class="week-buttons">
        <Preset label="Last 4 weeks" range={lastWeeks(span, 4)} now={range} onPick={(r) => onChange(r, "push")} />
        <Preset label="Last 26 weeks" range={lastWeeks(span, 26)} now={range} onPick={(r) => onChange(r, "push")} />
        <Preset label="All" range={span} now={range} onPick={(r) => onChange(r, "push")} />
      </p>
    </div>
  );
}

function WeekList({ days, at, onPick }: { days: string[]; at: number; onPick(index: number): void }) {
  return (
    <select value={at} onChange={(event) => onPick(Number(event.currentTarget.value))}>
      {days.map((day, i) => (
        <option key={day} value={i}>
          {formatDate(day)}
        </option>
      ))}
    </select>
  );
}

interface PresetProps {
  label: string;
  range: Range;
  now: Range;
  onPick(range: Range): void;
}

function Preset({ label, range, now, onPick }: PresetProps) {
  return (
    <button type="button" class="button" aria-pressed={sameRange(range, now)} onClick={() => onPick(range)}>
      {label}
    </button>
  );
}
