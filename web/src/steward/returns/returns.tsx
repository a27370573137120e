import { useRef, useState } from "preact/hooks";
import "../../styles/returns.css";
import type { Scheme } from "../../api";
import { formatRange } from "../../format";
import { type Change, useJson } from "../../hooks";
import { TroubleBox, Waiting } from "../../panel/states";
import { Parts } from "../parts";
import type { StewardState } from "../state";
import { type Returns, returnsOf } from "./contract";
import { GroupForm } from "./group";
import { History } from "./history";
import { groupsOf, groupTitle, periodsUntil } from "./model";

interface Props {
  scheme: Scheme;
  state: StewardState;
  change: Change<StewardState>;
}

/** What agencies return for the report on a period, in fields. */
export function ReturnsPart({ scheme, state, change }: Props) {
  // Swedish writes dates as ISO 8601 does.
  const today = useRef(new Date().toLocaleString("sv-SE", { timeZone: scheme.timeZone }).slice(0, 10)).current;
  const periods = periodsUntil(scheme, today);
  const period = periods.find((p) => p.from === state.period) ?? periods[0];
  if (!period) return null;
  return (
    <main class="report">
      <div class="head">
        <Parts {...{ state, change }} />
        <h1>Returns for the report</h1>
        <p>
          Agencies return numbers of people and things for the report, never a row about one of them. Agencies with a key send
          their own; here any can be put in. What is corrected is kept in the history.
        </p>
        <label class="field">
          <span>Reporting period</span>
          <select value={period.from} onChange={(event) => change({ part: "returns", period: event.currentTarget.value })}>
            {periods.map((p) => (
              <option key={p.from} value={p.from}>
                {formatRange(p)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Groups key={period.from} period={period.from} scheme={scheme} />
    </main>
  );
}

function Groups({ period, scheme }: { period: string; scheme: Scheme }) {
  const { data, trouble, retry } = useJson<Returns>(returnsOf(period));
  const [said, setSaid] = useState<Record<string, string>>({});
  const [sendings, setSendings] = useState(0);
  if (trouble && !data) return <TroubleBox what="The list of returns" trouble={trouble} onRetry={retry} />;
  if (!data) return <Waiting />;
  if (data.measures.length === 0) return <NoMeasures />;
  const groups = groupsOf(data);
  return (
    <>
      {trouble && <TroubleBox what="The list of returns" trouble={trouble} kept="What you sent is stored." onRetry={retry} />}
      {groups.map((group) => {
        const title = groupTitle(group);
        const stored = (words: string) => {
          setSaid({ [title]: words });
          setSendings(sendings + 1);
          retry();
        };
        return <GroupForm key={title} {...{ group, title, period, scheme }} all={data.returns} said={said[title] ?? ""} onStored={stored} />;
      })}
      <History {...{ period, scheme, groups, sendings }} />
    </>
  );
}

function NoMeasures() {
  return (
    <div class="part empty">
      <p>The scheme names no measures, so there is nothing to return. Add them to its file, such as:</p>
      <pre tabIndex={0}>{'[[measure]]\nid = "warnings"\ntitle = "Official warnings"\nagency = "police"\nwindow = "period"'}</pre>
    </div>
  );
}
