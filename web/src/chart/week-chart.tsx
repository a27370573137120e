import { classFill } from "../marks";
import type { Layout } from "./layout";

interface Props {
  layout: Layout;
  width: number;
  height: number;
  /** indices of the first and last week chosen */
  first: number;
  last: number;
  label: string;
}

/** Weekly bars, stacked by class; the weeks not chosen are pale. A picture: the table beneath says the same in numbers. */
export function WeekChart({ layout, width, height, first, last, label }: Props) {
  return (
    <svg class="chart" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <Axes layout={layout} width={width} />
      {layout.bars.map((bar, i) => (
        <g key={bar.week} class={i < first || i > last ? "bar bar-off" : "bar"}>
          {bar.segments.map((s) => (
            <rect
              key={s.class}
              class={`shape shape-${s.class}`}
              x={bar.x}
              y={s.y}
              width={bar.width}
              height={s.height}
              fill={classFill(s.class)}
            />
          ))}
        </g>
      ))}
      <line class="axis" x1={layout.left} x2={width} y1={layout.bottom} y2={layout.bottom} />
    </svg>
  );
}

function Axes({ layout, width }: { layout: Layout; width: number }) {
  return (
    <g class="axes">
      {layout.yTicks.map((tick) => (
        <g key={tick.label}>
          <line class="grid" x1={layout.left} x2={width} y1={tick.at} y2={tick.at} />
          <text class="tick tick-y" x={layout.left - 8} y={tick.at + 5}>
            {tick.label}
          </text>
        </g>
      ))}
      {layout.xTicks.map((tick) => (
        <g key={tick.label}>
          <line class="axis" x1={tick.at} x2={tick.at} y1={layout.bottom} y2={layout.bottom + 4} />
          <text class="tick" x={tick.at} y={layout.bottom + 20}>
            {tick.label}
          </text>
        </g>
      ))}
    </g>
  );
}
