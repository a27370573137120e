import type { Beside } from "../explorer-state";
import { plural } from "../format";
import { countWeeks, type Range } from "../weeks";

interface Props {
  range: Range;
  beside: Beside | null;
  /** which of them have records */
  possible: Record<Beside, boolean>;
  onBeside(beside: Beside | null): void;
}

/** Another period beside the chosen one, on a second map that moves along. */
export function BesideChoice({ range, beside, possible, onBeside }: Props) {
  return (
    <p class="beside">
      <label class="scored-by">
        Second map{" "}
        <select value={beside ?? ""} onChange={(event) => onBeside((event.currentTarget.value || null) as Beside | null)}>
          <option value="">none</option>
          <option value="before" disabled={!possible.before}>
            {plural(countWeeks(range), "week")} before
          </option>
          <option value="year" disabled={!possible.year}>
            same weeks a year before
          </option>
        </select>
      </label>
    </p>
  );
}
