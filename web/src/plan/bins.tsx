import { useMemo } from "preact/hooks";
import { asksNothing } from "../api";
import { formatDate, formatNumber, formatShare } from "../format";
import { useJson } from "../hooks";
import { shortName } from "../panel/locations";
import { PrintMark } from "../print-mark";
import { TroubleBox, Waiting } from "../panel/states";
import { type Bins, binsUrl } from "./contract";
import { NumberChoice, Part, PlanParts, PrintButton, Records } from "./frame";
import { LegendMark, PlanMap } from "./map";
import type { PlanModel } from "./model";
import { binMarks, NO_MARKS } from "./style";

const NUMBERS: [number, string][] = [1, 2, 3, 5, 8, 10, 15, 20].map((n) => [n, String(n)]);
const METRES: [number, string][] = [100, 150, 200, 300, 500].map((n) => [n, `${n} m`]);

/** Where sharps bins would have been near most of what was found. */
export function BinsPart({ m }: { m: PlanModel }) {
  const { state, change, filter } = m;
  const bins = useJson<Bins>(asksNothing(filter) ? null : binsUrl(filter, state.bins, state.withinM));
  const marks = useMemo(() => (bins.data ? binMarks(bins.data, state.withinM) : NO_MARKS), [bins.data]);
  return (
    <main class="report with-map plan">
      <div class="head">
        <PrintMark scheme={m.scheme} me={m.me} marking="Staff only, not for publication." at={formatDate(m.today)} />
        <PlanParts m={m} />
        <h1>Site sharps bins</h1>
        <p class="no-print">Places near most of what was removed. Whether a bin can stand there is for someone who knows the street.</p>
        <Records m={m} />
        <div class="short-fields no-print">
          <NumberChoice title="Bins" value={state.bins} options={NUMBERS} onPick={(n) => change({ bins: n })} />
          <NumberChoice title="Each reaches" value={state.withinM} options={METRES} onPick={(n) => change({ withinM: n })} />
        </div>
      </div>
      <PlanMap
        {...{ m, marks }}
        title="Map of proposed sites. The table holds the same."
        legend={
          <>
            <LegendMark kind="site" label="1">
              Site
            </LegendMark>
            <LegendMark kind="reach">Within {state.withinM} m of a site</LegendMark>
          </>
        }
        onPlace={() => undefined}
      />
      {asksNothing(filter) && <Part title="Sites" id="sites-title">No kinds are chosen, so there is nothing to be near to.</Part>}
      {bins.trouble && <TroubleBox what="The sites" trouble={bins.trouble} onRetry={bins.retry} />}
      {!bins.data && !bins.trouble && !asksNothing(filter) && <Waiting />}
      {bins.data && <Sites bins={bins.data} stale={bins.stale} />}
    </main>
  );
}

function Sites({ bins, stale }: { bins: Bins; stale: boolean }) {
  return (
    <Part title="Sites" id="sites-title" stale={stale}>
      <p aria-live="polite">
        <strong>{bins.sentence}</strong>
      </p>
      {bins.sites.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of sites">
          <table class="numbers stops">
            <thead>
              <tr>
                <th scope="col">Site</th>
                <th scope="col" class="words">
                  Middle of
                </th>
                <th scope="col">Items it adds</th>
                <th scope="col">Share, %</th>
                <th scope="col">Sum of shares, %</th>
              </tr>
            </thead>
            <tbody>
              {bins.sites.map((site) => (
                <tr key={site.order}>
                  <td>{site.order}</td>
                  <th scope="row">{shortName(site.square.name)}</th>
                  <td>{formatNumber(site.covers)}</td>
                  <td>{formatShare(site.share)}</td>
                  <td>{formatShare(site.runningShare)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="quiet">
        Counted: {bins.scored.title}. Method: {bins.method}.
      </p>
      <PrintButton />
    </Part>
  );
}
