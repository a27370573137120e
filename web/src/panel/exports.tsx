import { useState } from "preact/hooks";
import { asksNothing, type Filter, filterParams } from "../api";

interface What {
  id: string;
  title: string;
  /** for planners alone */
  planner?: boolean;
  /** it has no place, so it is no map */
  table?: boolean;
}

const WHAT: What[] = [
  { id: "squares", title: "Squares" },
  { id: "locations", title: "Ranked places" },
  { id: "weeks", title: "Weeks", table: true },
  { id: "pickups", title: "Single pickups", planner: true },
  { id: "areas", title: "Areas in force" },
];

const FORMATS = [
  { id: "csv", title: "CSV, for spreadsheets" },
  { id: "xlsx", title: "Excel workbook" },
  { id: "gpkg", title: "GeoPackage, for GIS" },
  { id: "geojson", title: "GeoJSON", map: true },
];

/** An address of a file. Areas go by the last day, not by the filter. */
export function exportUrl(what: string, format: string, filter: Filter, lastDay: string): string {
  const params = what === "areas" ? new URLSearchParams({ at: lastDay }) : filterParams(filter);
  params.set("format", format);
  return `/v1/exports/${what}?${params}`;
}

/** Takes what the page counts along as a file, which says how it is to be kept and who took it. */
export function Exports({ filter, lastDay, planner }: { filter: Filter; lastDay: string; planner: boolean }) {
  const [what, setWhat] = useState("squares");
  const [format, setFormat] = useState("csv");
  const offered = WHAT.filter((w) => planner || !w.planner);
  const table = WHAT.find((w) => w.id === what)?.table === true;
  const formats = FORMATS.filter((f) => !(table && f.map));
  const chosen = formats.some((f) => f.id === format) ? format : "csv";
  return (
    <details class="exports fold">
      <summary>Take these numbers along</summary>
      <p class="quiet">A file of what is chosen above. It is for staff, says who took it, and taking it is logged.</p>
      <div class="short-fields">
        <label class="field">
          <span>What</span>
          <select value={what} onChange={(event) => setWhat(event.currentTarget.value)}>
            {offered.map((w) => (
              <option key={w.id} value={w.id}>
                {w.title}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>As</span>
          <select value={chosen} onChange={(event) => setFormat(event.currentTarget.value)}>
            {formats.map((f) => (
              <option key={f.id} value={f.id}>
                {f.title}
              </option>
            ))}
          </select>
        </label>
      </div>
      {asksNothing(filter) && what !== "areas" ? (
        <p class="quiet">Nothing is chosen, so there is nothing to take along.</p>
      ) : (
        <p>
          <a class="button" href={exportUrl(what, chosen, filter, lastDay)} download>
            Download
          </a>
        </p>
      )}
    </details>
  );
}
