import "../styles/tasking.css";
import { useEffect, useRef } from "preact/hooks";
import type { Scheme } from "../api";
import { useJson } from "../hooks";
import type { MapHandle } from "../map/map-view";
import type { Me } from "../me";
import { PrintMark } from "../print-mark";
import { type Category, incidentCountsUrl, type IncidentCounts, type IncidentPlace } from "./contract";
import { IncidentHead, NoIncidents } from "./head";
import { HourTables } from "./hours";
import { IncidentList } from "./list";
import { IncidentMap } from "./map";
import { type IncidentModel, useIncidents } from "./model";
import { Outcomes } from "./outcomes";
import { TaskingPlaces } from "./places";
import { ResponseTable } from "./response";
import { IncidentWeeks } from "./weeks";

export interface PoliceProps {
  scheme: Scheme;
  me: Me;
  /** what had the focus, the form of the reason, is gone */
  takeFocus: boolean;
}

/** Incidents with their places, once the reason is given. */
export function PoliceIncidents({ scheme, me, takeFocus }: PoliceProps) {
  const m = useIncidents(scheme, "places");
  const { shown } = m;
  const map = useRef<MapHandle>(null);
  useEffect(() => {
    if (shown && takeFocus) document.querySelector<HTMLElement>(".headline h1")?.focus({ preventScroll: true });
  }, [shown === null]);
  if (!shown) {
    return (
      <main class="alone">
        <NoIncidents m={m} />
      </main>
    );
  }
  const asked = `${shown.view.period}. ${shown.view.filter}`;
  const pick = (row: IncidentPlace, drawn: Category) => {
    m.change({ square: { id: row.square.id, level: PLACE_LEVEL }, drawn });
    map.current?.flyTo(row.centre);
    document.querySelector(".map-pane")?.scrollIntoView({ block: "nearest" });
  };
  return (
    <main class="report with-map pack">
      <IncidentHead m={m} view={shown.view}>
        <Pack scheme={scheme} me={me} />
        <OneSquare m={m} />
        {me.reason && <p class="note">Your reason: “{me.reason}”. It is in the log, and so is each look.</p>}
      </IncidentHead>
      <IncidentMap m={m} filter={shown.filter} map={map} />
      <TaskingPlaces filter={shown.filter} marked={m.state.square?.id ?? null} onPick={pick} />
      <IncidentWeeks m={m} shown={shown} />
      <HourTables filter={shown.filter} asked={asked} />
      <ResponseTable filter={shown.filter} asked={asked} />
      <Outcomes m={m} asked={asked} />
      <IncidentList scheme={scheme} filter={shown.filter} asked={asked} />
    </main>
  );
}

/** The squares that places are ranked by: 250 m. */
const PLACE_LEVEL = 1;

/** On paper: how it is to be kept, and who printed it. And the way to it. */
function Pack({ scheme, me }: Pick<PoliceProps, "scheme" | "me">) {
  const now = new Date().toLocaleString("en-GB", { timeZone: scheme.timeZone, dateStyle: "medium", timeStyle: "short" });
  return (
    <>
      <PrintMark scheme={scheme} me={me} marking="OFFICIAL-SENSITIVE" at={now} more={me.reason} />
      <p class="no-print">
        <button type="button" class="button" onClick={() => print()}>
          Print the pack for tasking
        </button>
      </p>
    </>
  );
}

/** Says that all on the page is of one square, and leads back. */
function OneSquare({ m }: { m: IncidentModel }) {
  const { square } = m.state;
  const filter = { range: null, categories: null, classes: null, square: square?.id ?? null };
  const level = String(square?.level ?? 0);
  const named = useJson<IncidentCounts>(square && incidentCountsUrl("square", filter, { level }));
  if (!square) return null;
  const name = named.stale ? null : named.data?.rows[0]?.square?.name;
  return (
    <p class="one-square" aria-live="polite">
      <span>
        Only <strong>{name ?? "the picked square"}</strong>: every number and the list.
      </span>
      <button type="button" class="button" onClick={() => m.change({ square: null })}>
        All squares
      </button>
    </p>
  );
}
