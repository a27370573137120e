import { asksNothing, countsUrl, type Filter, type Scheme } from "../api";
import type { History } from "../hooks";
import { spanOf } from "../state";
import type { View } from "../view";
import type { Range } from "../weeks";
import { Brush } from "./brush";
import { WeekChoice } from "./week-choice";
import { WeekTable } from "./week-table";

interface Props {
  scheme: Scheme;
  filter: Filter & { range: Range };
  view: View;
  stale: boolean;
  onRange(range: Range | null, history: History): void;
}

/** Under the map: the weeks as bars to choose from, and the chosen ones as a table. */
export function WeekStrip({ scheme, filter, view, stale, onRange }: Props) {
  const span = spanOf(scheme);
  const csv = asksNothing(filter) ? null : countsUrl("week,class", filter, { format: "csv" });
  return (
    <section class={stale ? "strip is-stale" : "strip"} aria-labelledby="strip-title">
      <div class="strip-head">
        <h2 id="strip-title">Items a week, by place</h2>
        <WeekChoice span={span} range={filter.range} onChange={onRange} />
      </div>
      <Brush
        table={view.allWeeks}
        span={span}
        range={filter.range}
        label="Bars: items removed a week, stacked by class. The table beneath holds the numbers."
        onChange={onRange}
      />
      <details class="week-table">
        <summary>Table of the same weeks</summary>
        <WeekTable scheme={scheme} table={view.theseWeeks} caption={`Items removed, ${view.period}. ${view.filter}`} csv={csv} />
      </details>
    </section>
  );
}
