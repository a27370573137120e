import { useRef } from "preact/hooks";
import "../../styles/releases.css";
import type { Scheme } from "../../api";
import { formatDate } from "../../format";
import { type Change, type Resource, useJson } from "../../hooks";
import { TroubleBox, Waiting } from "../../panel/states";
import { useFocus } from "../../start";
import { Parts } from "../parts";
import type { StewardState } from "../state";
import { CalendarTable, NothingBegun } from "./calendar";
import { type Calendar, RELEASES } from "./contract";
import { Period } from "./period";
import { CheckArchive } from "./verification";
import { withoutStop } from "./words";

export interface ReleasesProps {
  scheme: Scheme;
  state: StewardState;
  change: Change<StewardState>;
  returned: number;
}

/** Editions for the public: the list of periods, or one of them. */
export function ReleasesPart(props: ReleasesProps) {
  const { data, trouble, retry } = useJson<Calendar>(RELEASES);
  const { period } = props.state;
  const moved = useMoved(period);
  if (data && period) return <Period key={period} {...props} periods={data.periods ?? []} period={period} takeFocus={moved} renew={retry} />;
  return <AllPeriods {...props} {...{ data, trouble, retry }} takeFocus={moved} />;
}

/** True once a page that was loaded with one value has had another. */
function useMoved(value: string | null): boolean {
  const first = useRef(value);
  const moved = useRef(false);
  if (first.current !== value) moved.current = true;
  return moved.current;
}

interface AllProps extends ReleasesProps, Pick<Resource<Calendar>, "data" | "trouble" | "retry"> {
  takeFocus: boolean;
}

function AllPeriods({ data, trouble, retry, takeFocus, ...props }: AllProps) {
  const heading = useFocus<HTMLHeadingElement>(takeFocus);
  return (
    <main class="report releases">
      <div class="head">
        <Parts {...props} />
        <h1 ref={heading} tabIndex={-1}>
          Releases for the public
        </h1>
        <p>
          Of every period one edition is made: squares in three bands, and rounded tables. Two people look at its draft beside the
          truth and sign it. Then it is sealed, published, and never changed.
        </p>
        {data?.epoch && (
          <p class="quiet">
            The ground has been divided since {formatDate(data.epoch)}: {withoutStop(data.squares)}.
          </p>
        )}
      </div>
      <section class="part" aria-labelledby="periods-title">
        <h2 id="periods-title">Periods</h2>
        {trouble && <TroubleBox what="The list of periods" trouble={trouble} onRetry={retry} />}
        {!data && !trouble && <Waiting />}
        {data && (data.epoch ? <CalendarTable {...props} periods={data.periods ?? []} /> : <NothingBegun />)}
      </section>
      <CheckArchive />
    </main>
  );
}
