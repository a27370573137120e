import { useMemo, useState } from "preact/hooks";
import { formatDate, formatNumber, formatPercent } from "../format";
import { boundsOf } from "../map/bounds";
import { shortName } from "../panel/locations";
import { PrintMark } from "../print-mark";
import { TroubleBox } from "../panel/states";
import type { Place, Round } from "./contract";
import { Part, PlanParts, PrintButton, Records } from "./frame";
import { LegendMark, PlanMap } from "./map";
import { type Planned, type PlanModel, useRound } from "./model";
import { RoundForm, type Sets } from "./round-form";
import { rounded } from "./state";
import { roundMarks } from "./style";
import { tenths } from "./words";

/** One crew, one shift: where to go, in which order. */
export function RoundPart({ m }: { m: PlanModel }) {
  const planned = useRound(m);
  const [sets, setSets] = useState<Sets>(m.state.start ? "must" : "start");
  const { state, change } = m;
  const shown = planned.stale ? null : planned.round;
  const marks = useMemo(
    () => (shown ? roundMarks(planned.start, [], shown) : roundMarks(state.start, state.must, null)),
    [shown, state.start, state.must],
  );
  const extent = useMemo(() => shown && boundsOf(marks), [shown]);
  const onPlace = (place: Place) => {
    if (sets === "start") return change({ start: rounded(place) });
    change({ must: [...state.must, { place: rounded(place), title: `Place ${state.must.length + 1}`, before: "08:00" }] });
  };
  return (
    <main class="report with-map plan">
      <div class="head">
        <PrintMark scheme={m.scheme} me={m.me} marking="Staff only, not for publication." at={formatDate(m.today)} />
        <PlanParts m={m} />
        <h1>Plan a round</h1>
        <p class="no-print">For one crew and one shift: the stops where most is expected, within the time. Nothing is stored.</p>
        <Records m={m} />
        <RoundForm {...{ m, planned, sets, setSets }} />
      </div>
      <PlanMap
        {...{ m, marks, extent, onPlace }}
        title={sets === "start" ? "Map. Click, or use the arrow keys and Enter, to set the start of the round." : "Map. Click, or use the arrow keys and Enter, to add a place to be at by a time."}
        legend={<RoundLegend />}
      />
      <Answer {...{ m, planned }} />
    </main>
  );
}

function RoundLegend() {
  return (
    <>
      <LegendMark kind="start" label="S">
        Start and end
      </LegendMark>
      <LegendMark kind="stop" label="1">
        Stop, in order; the line is no street
      </LegendMark>
      <LegendMark kind="must" label="2">
        Must be there by a time
      </LegendMark>
    </>
  );
}

function Answer({ m, planned }: { m: PlanModel; planned: Planned }) {
  const { round, stale, trouble, plan } = planned;
  if (trouble) return <TroubleBox what="The round" trouble={trouble} onRetry={() => plan?.()} />;
  if (!round) return null;
  return (
    <Part title="The round" id="round-title" stale={stale}>
      {stale && <p role="status">This round is from before your last choice. Plan it again.</p>}
      <p aria-live="polite">
        <strong>{round.sentence}</strong>
      </p>
      <p class="note">{round.accuracy}</p>
      <Left round={round} />
      {round.stops.length > 0 && <StopTable m={m} round={round} />}
      <p class="quiet">
        Counted: {round.scored.title}. Method: {round.scored.method}. {round.exact ? "No other round has more in this time." : "The round is good, not proven to be the best."}
      </p>
      <PrintButton />
    </Part>
  );
}

function Left({ round }: { round: Round }) {
  if (round.left.length === 0) return null;
  return (
    <div class="trouble">
      <p>
        <strong>Left out of the round:</strong>
      </p>
      <ul>
        {round.left.map((visit) => (
          <li key={visit.title}>
            {visit.title}: {visit.why}
          </li>
        ))}
      </ul>
    </div>
  );
}

function StopTable({ m, round }: { m: PlanModel; round: Round }) {
  return (
    <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of stops">
      <table class="numbers stops">
        <caption class="quiet">
          {formatDate(m.state.date ?? m.tomorrow)}, from {m.state.leave}. {formatPercent(round.ofExpected)} of what is expected in all these places.
        </caption>
        <thead>
          <tr>
            <th scope="col">Stop</th>
            <th scope="col" class="words">
              Place
            </th>
            <th scope="col">Arrive</th>
            <th scope="col">Before</th>
            <th scope="col">Expected items</th>
            <th scope="col">Walk, m</th>
          </tr>
        </thead>
        <tbody>
          {round.stops.map((stop) => (
            <tr key={stop.order}>
              <td>{stop.order}</td>
              <th scope="row">{shortName(stop.title)}</th>
              <td>{stop.arrive}</td>
              <td>{stop.before ?? "–"}</td>
              <td>{tenths(stop.expected)}</td>
              <td>{formatNumber(Math.round(stop.walkM))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td />
            <th scope="row">In all, {formatNumber(Math.ceil(round.minutes))} minutes</th>
            <td />
            <td />
            <td>{tenths(round.expected)}</td>
            <td>{formatNumber(Math.round(round.metres))}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
