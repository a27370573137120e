import { formatNumber, formatRange } from "../../format";
import type { Change } from "../../hooks";
import { StateLink } from "../parts";
import { lookAt, type StewardState } from "../state";
import type { PeriodLine } from "./contract";
import { StateMark } from "./marks";
import { opensWords, STATE_WORDS } from "./words";

interface Props {
  state: StewardState;
  change: Change<StewardState>;
  periods: PeriodLine[];
}

/** Every period of the epoch with where it stands, the latest first. */
export function CalendarTable({ state, change, periods }: Props) {
  if (periods.length === 0) return <p>No period of this epoch has ended yet.</p>;
  return (
    <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of periods">
      <table class="numbers records periods">
        <thead>
          <tr>
            {["Period", "State", "Can be sealed from"].map((title) => (
              <th key={title} scope="col" class="words">
                {title}
              </th>
            ))}
            <th scope="col">Signatures</th>
          </tr>
        </thead>
        <tbody>
          {periods.map((line) => (
            <tr key={line.from}>
              <th scope="row">
                <StateLink to={lookAt(line.from)} {...{ state, change }}>
                  {formatRange(line)}
                </StateLink>
              </th>
              <td class="words">
                <StateMark state={line.state} /> {STATE_WORDS[line.state]}
              </td>
              <td class="words">{opensWords(line)}</td>
              <td>{formatNumber(line.signatures)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Why there are no periods, and what to type. */
export function NothingBegun() {
  return (
    <div class="empty">
      <p>
        No epoch was begun, so nothing can be released. An epoch divides the ground into squares once, for a year or more. Whoever
        runs the server begins one with:
      </p>
      <pre tabIndex={0}>commonground release epoch</pre>
      <p class="quiet">
        Add <code>--help</code> for the first day and the file of addresses that it takes. Then load this page again.
      </p>
    </div>
  );
}
