// The map of incidents as a pure function: squares and points of one category at a time.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { areaFills, areaLines, areaNames } from "../map/areas";
import { REPORT_CUTS } from "../map/cuts";
import { MAX_TILE_ZOOM } from "../map/layers";
import { namePoints } from "../map/names";
import type { Palette } from "../map/palette";
import { rampColor } from "../map/ramp";
import type { Category } from "./contract";

export interface IncidentDrawing {
  palette: Palette;
  squareTiles: string;
  pointTiles: string;
  boundaries: GeoJSON.FeatureCollection;
  weeks: number;
  /** null: neither, for nothing is chosen */
  drawn: Category | null;
  /** id of the picked square */
  selected: number | null;
}

/** Single incidents are drawn from here on, as the server draws them. */
export const INCIDENT_ZOOM = 15;

/** The layer in which a click looks for a square. */
export const INCIDENT_SQUARES = "incident-squares";

export function incidentStyle(drawing: IncidentDrawing): StyleSpecification {
  return { version: 8, sources: sources(drawing), layers: layers(drawing) };
}

// Every tile asked for is a look in the log, so a tile has both categories, and the switch only draws the other.
function sources(d: IncidentDrawing): Record<string, SourceSpecification> {
  const tiles = (url: string, minzoom: number): SourceSpecification => ({ type: "vector", tiles: [url], minzoom, maxzoom: MAX_TILE_ZOOM });
  return {
    squares: tiles(d.squareTiles, 0),
    points: tiles(d.pointTiles, INCIDENT_ZOOM),
    boundaries: { type: "geojson", data: d.boundaries },
    names: { type: "geojson", data: namePoints(d.boundaries) },
  };
}

function layers(d: IncidentDrawing): LayerSpecification[] {
  return [
    { id: "paper", type: "background", paint: { "background-color": d.palette.paper } },
    ...areaFills(d.palette),
    ...squares(d),
    ...areaLines(d.palette),
    points(d),
    ...selection(d),
    ...areaNames(d.palette),
  ];
}

function squares(d: IncidentDrawing): LayerSpecification[] {
  const property = d.drawn ?? "nuisance";
  const n: ExpressionSpecification = ["coalesce", ["get", property], 0];
  const shared = {
    source: "squares",
    "source-layer": "incident-hotspots",
    filter: [">", n, 0] as FilterSpecification,
    layout: { visibility: d.drawn ? ("visible" as const) : ("none" as const) },
  };
  const color = rampColor(d.palette.ramp, d.weeks, { property, base: REPORT_CUTS });
  return [
    { id: INCIDENT_SQUARES, ...shared, type: "fill", paint: { "fill-color": color, "fill-opacity": 0.92, "fill-antialias": false } },
    { id: "incident-squares-line", ...shared, type: "line", paint: { "line-color": d.palette.ramp[3], "line-width": 0.75 } },
  ];
}

function points(d: IncidentDrawing): LayerSpecification {
  return {
    id: "incidents",
    source: "points",
    "source-layer": "incidents",
    type: "circle",
    minzoom: INCIDENT_ZOOM,
    filter: ["==", ["get", "category"], d.drawn ?? ""],
    paint: {
      "circle-radius": 4,
      "circle-color": d.palette.ink,
      "circle-stroke-color": d.palette.paper,
      "circle-stroke-width": 1.5,
    },
  };
}

function selection(d: IncidentDrawing): LayerSpecification[] {
  const source = { source: "squares", "source-layer": "incident-hotspots" };
  const filter: FilterSpecification = ["==", ["id"], d.selected ?? -1];
  return [
    { id: "selected-casing", ...source, type: "line", filter, paint: { "line-color": d.palette.paper, "line-width": 7 } },
    { id: "selected-line", ...source, type: "line", filter, paint: { "line-color": d.palette.accent, "line-width": 4 } },
  ];
}
