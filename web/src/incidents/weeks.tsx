import type { Scheme } from "../api";
import { Brush } from "../chart/brush";
import { WeekChoice } from "../chart/week-choice";
import { formatDate, formatNumber, plural } from "../format";
import type { History } from "../hooks";
import { ClassMark } from "../marks";
import type { Range } from "../weeks";
import { type IncidentModel, namedRange } from "./model";
import type { IncidentView, Side } from "./view";

interface Props {
  m: IncidentModel;
  shown: NonNullable<IncidentModel["shown"]>;
}

/** The weeks as bars and as tables: harm and nuisance beside each other, on one scale. */
export function IncidentWeeks({ m, shown }: Props) {
  const { span, filter, view } = shown;
  const choose = (range: Range | null, history: History) => m.change({ range: namedRange(range, span) }, history);
  return (
    <section class={m.counts.stale ? "part of-weeks is-stale" : "part of-weeks"} aria-labelledby="weeks-title">
      <div class="strip-head">
        <h2 id="weeks-title">Reports a week, by place</h2>
        <WeekChoice span={span} range={filter.range} onChange={choose} />
      </div>
      <div class="sides">
        {view.sides.map((side) => (
          <div key={side.id} class="side">
            <h3>{side.title}</h3>
            <Brush
              table={side.allWeeks}
              span={span}
              range={filter.range}
              label={`Bars: reports of ${side.id} a week, stacked by class. The table beneath holds the numbers.`}
              suffix={`, ${side.id}`}
              most={view.most}
              onChange={choose}
            />
            <details class="week-table">
              <summary>Table of the same weeks</summary>
              <SideTable scheme={m.scheme} side={side} view={view} />
            </details>
          </div>
        ))}
      </div>
    </section>
  );
}

function SideTable({ scheme, side, view }: { scheme: Scheme; side: Side; view: IncidentView }) {
  const { classes, rows, total } = side.theseWeeks;
  const title = (id: string) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`Weeks, ${side.id}`}>
      <table class="numbers" data-side={side.id}>
        <caption>
          Reports of {side.id}, {view.period}. {view.filter}
        </caption>
        <thead>
          <tr>
            <th scope="col">Week from</th>
            {classes.map((id) => (
              <th key={id} scope="col">
                <ClassMark id={id} /> {title(id)}
              </th>
            ))}
            <th scope="col">All these</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.week}>
              <th scope="row">{formatDate(row.week)}</th>
              {[...row.cells, row.items].map((n, i) => (
                <td key={classes[i] ?? "all"}>{formatNumber(n)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{plural(rows.length, "week")}</th>
            {[...total.cells, total.items].map((n, i) => (
              <td key={classes[i] ?? "all"}>{formatNumber(n)}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
