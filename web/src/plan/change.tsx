import { asksNothing, type Boundaries, boundariesUrl } from "../api";
import { formatDate, formatNumber } from "../format";
import { useJson } from "../hooks";
import { PrintMark } from "../print-mark";
import { TroubleBox, Waiting } from "../panel/states";
import { type Displacement, displacementUrl, type Rings } from "./contract";
import { NumberChoice, Part, PlanParts, PrintButton, Records } from "./frame";
import { PlanMap } from "./map";
import type { PlanModel } from "./model";
import { NO_MARKS } from "./style";

const WEEKS: [number, string][] = [4, 8, 13, 26, 52].map((n) => [n, `${n} weeks`]);
const METRES: [number, string][] = [125, 250, 500].map((n) => [n, `${n} m`]);

/** Whether what was found moved next door when something was changed. */
export function ChangePart({ m }: { m: PlanModel }) {
  const { state, change, filter } = m;
  const url = addressOf(m);
  const answer = useJson<Displacement>(url);
  return (
    <main class="report with-map plan">
      <div class="head">
        <PrintMark scheme={m.scheme} me={m.me} marking="Staff only, not for publication." at={formatDate(m.today)} />
        <PlanParts m={m} />
        <h1>Before and after a change</h1>
        <p class="no-print">
          A boundary, a bin, a closure: did items only move next door? Compared are the place, the ground around it, and everywhere else, before and
          after the day.
        </p>
        <Records m={m} weeks={false} />
        <Form m={m} />
      </div>
      <PlanMap
        {...{ m, marks: NO_MARKS }}
        square={state.square}
        title="Map. Click, or use the arrow keys and Enter, to pick the square that was changed."
        legend={null}
        onPlace={(_, square) => square && change({ square, area: null })}
      />
      {!url && (
        <Part title="What it did" id="change-title">
          <p>{asksNothing(filter) ? "No kinds are chosen, so there is nothing to compare." : "Choose the day of the change, and an area or a square on the map."}</p>
        </Part>
      )}
      {answer.trouble && <TroubleBox what="The comparison" trouble={answer.trouble} onRetry={answer.retry} />}
      {url && !answer.data && !answer.trouble && <Waiting />}
      {url && answer.data && !answer.trouble && <Answer m={m} answer={answer.data} stale={answer.stale} />}
    </main>
  );
}

function addressOf({ state, filter }: PlanModel): string | null {
  const { changed, area, square } = state;
  const where: [string, string] | null = area ? ["area", area] : square ? ["square", String(square.id)] : null;
  if (!changed || !where || asksNothing(filter)) return null;
  return displacementUrl(filter, { date: changed, weeks: state.weeksEach, buffer: state.bufferM, where });
}

function Form({ m: { state, change, today } }: { m: PlanModel }) {
  const boundaries = useJson<Boundaries>(boundariesUrl(state.changed ?? today));
  const areas = boundaries.data?.features.map((area) => area.properties).filter((area) => area.name) ?? [];
  return (
    <div class="plan-form no-print">
      <label class="field">
        <span>Day of the change</span>
        <input type="date" value={state.changed ?? ""} onChange={(event) => change({ changed: event.currentTarget.value || null })} />
      </label>
      <label class="field">
        <span>Where</span>
        <select value={state.area ?? ""} onChange={(event) => change({ area: event.currentTarget.value || null })}>
          <option value="">{state.square ? "The square picked on the map" : "A square, picked on the map"}</option>
          {areas.map((area) => (
            <option key={area.id} value={area.id}>
              {area.name}
            </option>
          ))}
        </select>
      </label>
      <div class="short-fields">
        <NumberChoice title="Before and after" value={state.weeksEach} options={WEEKS} onPick={(weeksEach) => change({ weeksEach })} />
        <NumberChoice title="Ground around it" value={state.bufferM} options={METRES} onPick={(bufferM) => change({ bufferM })} />
      </div>
    </div>
  );
}

const RINGS: [keyof Rings, string][] = [
  ["treated", "The place itself"],
  ["buffer", "Around it"],
  ["control", "Everywhere else"],
];

function Answer({ m, answer, stale }: { m: PlanModel; answer: Displacement; stale: boolean }) {
  const { quotient, interval } = answer;
  return (
    <Part title="What it did" id="change-title" stale={stale}>
      <p aria-live="polite">
        <strong>{answer.sentence}</strong>
      </p>
      <table class="numbers narrow">
        <caption class="quiet">
          Items removed in {m.state.weeksEach} weeks before and after {formatDate(m.state.changed ?? m.today)}
        </caption>
        <thead>
          <tr>
            <th scope="col" class="words">
              Where
            </th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {RINGS.map(([ring, title]) => (
            <tr key={ring}>
              <th scope="row">{title}</th>
              <td>{formatNumber(answer.before[ring])}</td>
              <td>{formatNumber(answer.after[ring])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {quotient !== null && (
        <p class="quiet">
          Weighted displacement quotient: {signed(quotient)}
          {interval && `, 95 times in 100 between ${signed(interval[0])} and ${signed(interval[1])}`}. Above 0 the ground around gained too; below −1 more
          came there than went from the place.
        </p>
      )}
      <PrintButton />
    </Part>
  );
}

function signed(n: number): string {
  return n.toFixed(2).replace("-", "−");
}
