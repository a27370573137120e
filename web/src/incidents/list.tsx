import type { Scheme } from "../api";
import { formatMoment } from "../format";
import { ClassMark } from "../marks";
import { usePages } from "../pages";
import { More } from "../panel/more";
import { TroubleBox } from "../panel/states";
import { asksNothing, CATEGORIES, type Incident, type IncidentFilter, type IncidentPage, incidentsUrl } from "./contract";
import { outcomeTitle } from "./view";

/** The latest reports one by one, as many as are asked for. */
export function IncidentList({ scheme, filter, asked }: { scheme: Scheme; filter: IncidentFilter; asked: string }) {
  const list = usePages<IncidentPage, Incident>(asksNothing(filter) ? null : incidentsUrl(filter), (answer) => ({
    rows: answer.incidents,
    next: answer.next ? incidentsUrl(filter, answer.next) : null,
  }));
  const { first, rows } = list;
  return (
    <section class={first.stale ? "part of-list is-stale" : "part of-list"} aria-labelledby="list-title">
      <h2 id="list-title">Latest reports</h2>
      {first.trouble && <TroubleBox what="The list" trouble={first.trouble} onRetry={first.retry} />}
      {first.data && rows.length === 0 && <p class="quiet">No reports in this choice. Choose more weeks, categories or places.</p>}
      {rows.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of latest reports">
          <table class="numbers records">
            <caption class="unseen">The latest reports, {asked}</caption>
            <Head />
            <tbody>
              {rows.map((incident) => (
                <Row key={`${incident.source} ${incident.ref}`} scheme={scheme} incident={incident} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More list={list} />
    </section>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        {["Received", "Happened", "Category", "Class", "Outcome", "Square of 125 m"].map((title) => (
          <th key={title} scope="col" class="words">
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row({ scheme, incident: i }: { scheme: Scheme; incident: Incident }) {
  const moment = (text: string) => formatMoment(text, scheme.timeZone);
  return (
    <tr>
      <th scope="row">{moment(i.received)}</th>
      <td class="words">{moment(i.happened ?? i.received)}</td>
      <td class="words">{CATEGORIES.find((c) => c.id === i.category)?.title}</td>
      <td class="words">
        <ClassMark id={i.class} /> {scheme.classes.find((c) => c.id === i.class)?.title}
      </td>
      <td class="words">{outcomeTitle(i.outcome ?? "")}</td>
      <td class="words">{i.squareOf?.name.replace(/ · .*$/, "") ?? "No usable place"}</td>
    </tr>
  );
}
