// The map's style as a pure function of what is asked for.
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { cuts, LEVELS } from "./cuts";
import type { Palette } from "./palette";
import { namePoints } from "./names";
import { DOTS, HATCH, patternName } from "./patterns";

/** Everything that the map draws. */
export interface Drawing {
  palette: Palette;
  hotspotTiles: string;
  pickupTiles: string;
  boundaries: GeoJSON.FeatureCollection;
  /** how many weeks the counts sum, for the ramp */
  weeks: number;
  /** false where the filter matches nothing */
  showCounts: boolean;
  selected: { id: number; centre: [number, number] | null } | null;
}

// Many small areas side by side would be a net of lines from afar.
const AREA_LINE: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 12, 0.4, 16, 1.2];

/** Pickups appear from here on, as single points. */
export const PICKUP_ZOOM = 15;
const MAX_TILE_ZOOM = 16;

/** The layers in which a click looks for a square. */
export const SQUARE_LAYERS = ["squares-hit"];

export function mapStyle(drawing: Drawing): StyleSpecification {
  return { version: 8, sources: sources(drawing), layers: layers(drawing) };
}

function sources(d: Drawing): Record<string, SourceSpecification> {
  const tiles = (url: string, minzoom: number): SourceSpecification => ({
    type: "vector",
    tiles: [url],
    minzoom,
    maxzoom: MAX_TILE_ZOOM,
  });
  return {
    hotspots: tiles(d.hotspotTiles, 0),
    pickups: tiles(d.pickupTiles, PICKUP_ZOOM),
    boundaries: { type: "geojson", data: d.boundaries },
    names: { type: "geojson", data: namePoints(d.boundaries) },
    selected: { type: "geojson", data: selectedPoint(d) },
  };
}

function layers(d: Drawing): LayerSpecification[] {
  return [
    { id: "paper", type: "background", paint: { "background-color": d.palette.paper } },
    ...areaFills(d.palette),
    ...squares(d),
    ...areaLines(d.palette),
    ...pickups(d),
    ...selection(d),
    ...areaNames(d.palette),
  ];
}

function areaFills(p: Palette): LayerSpecification[] {
  return [
    { id: "residential", ...area("residential"), type: "fill", paint: { "fill-color": p.residential } },
    { id: "non-residential", ...area("non_residential"), type: "fill", paint: { "fill-color": p.nonResidential } },
    {
      id: "non-residential-dots",
      ...area("non_residential"),
      type: "fill",
      paint: { "fill-pattern": patternName(DOTS, p) },
    },
  ];
}

// Above the squares, so that the line stays readable where the counts are.
function areaLines(p: Palette): LayerSpecification[] {
  return [
    {
      id: "residential-line",
      ...area("residential"),
      type: "line",
      paint: { "line-color": p.residentialLine, "line-width": AREA_LINE },
    },
    {
      id: "non-residential-line",
      ...area("non_residential"),
      type: "line",
      paint: { "line-color": p.nonResidentialLine, "line-width": AREA_LINE, "line-dasharray": [4, 2] },
    },
    { id: "managed-hatch", ...area("managed"), type: "fill", paint: { "fill-pattern": patternName(HATCH, p) } },
    {
      id: "managed-line",
      ...area("managed"),
      type: "line",
      layout: { "line-join": "round" },
      paint: { "line-color": p.ink, "line-width": 2.5 },
    },
  ];
}

// Names come late, the managed area's first: further out they would hide the squares. Without `glyphs` MapLibre draws
// letters with the page's own fonts.
function areaNames(p: Palette): LayerSpecification[] {
  const names = (id: string, minzoom: number, filter: FilterSpecification): LayerSpecification => ({
    id,
    source: "names",
    type: "symbol",
    minzoom,
    filter,
    layout: { "text-field": ["get", "name"], "text-font": ["Atkinson Hyperlegible"], "text-size": 16, "text-max-width": 12 },
    paint: { "text-color": p.ink, "text-halo-color": p.paper, "text-halo-width": 2 },
  });
  return [
    names("area-names", 16, ["!=", ["get", "class"], "managed"]),
    names("managed-name", 14, ["==", ["get", "class"], "managed"]),
  ];
}

function area(klass: string): { source: string; filter: FilterSpecification } {
  return { source: "boundaries", filter: ["==", ["get", "class"], klass] };
}

function squares(d: Drawing): LayerSpecification[] {
  const source = { source: "hotspots", "source-layer": "hotspots" };
  const some: FilterSpecification = [">", ["get", "n"], 0];
  const none: FilterSpecification = ["==", ["get", "n"], 0];
  const layout = { visibility: d.showCounts ? ("visible" as const) : ("none" as const) };
  const p = d.palette;
  return [
    // Invisible, but a click finds visited squares without items here too.
    { id: "squares-hit", ...source, type: "fill", layout, paint: { "fill-opacity": 0 } },
    {
      id: "squares-none",
      ...source,
      type: "line",
      filter: none,
      layout,
      paint: { "line-color": p.quiet, "line-width": 0.75, "line-opacity": 0.45 },
    },
    {
      id: "squares",
      ...source,
      type: "fill",
      filter: some,
      layout,
      paint: { "fill-color": rampColor(p.ramp, d.weeks), "fill-opacity": 0.92, "fill-antialias": false },
    },
    {
      id: "squares-line",
      ...source,
      type: "line",
      filter: some,
      layout,
      paint: { "line-color": p.ramp[3], "line-width": 0.75 },
    },
  ];
}

/** Colour by items, with the cuts of the feature's own level: tiles of two levels may be on screen while zooming. */
export function rampColor(ramp: Palette["ramp"], weeks: number): ExpressionSpecification {
  const byLevel: unknown[] = ["match", ["get", "level"]];
  for (let level = 1; level < LEVELS; level++) byLevel.push(level, stepColor(ramp, cuts(level, weeks)));
  byLevel.push(stepColor(ramp, cuts(0, weeks)));
  return byLevel as ExpressionSpecification;
}

function stepColor(ramp: Palette["ramp"], bounds: number[]): ExpressionSpecification {
  const step: unknown[] = ["step", ["get", "n"], ramp[0]];
  bounds.slice(1).forEach((bound, i) => step.push(bound, ramp[i + 1]));
  return step as ExpressionSpecification;
}

function pickups(d: Drawing): LayerSpecification[] {
  const found: ExpressionSpecification = [">", ["get", "n"], 0];
  return [
    {
      id: "pickups",
      source: "pickups",
      "source-layer": "pickups",
      type: "circle",
      minzoom: PICKUP_ZOOM,
      layout: { visibility: d.showCounts ? "visible" : "none" },
      paint: {
        "circle-radius": ["case", found, 3.5, 3],
        "circle-color": d.palette.ink,
        "circle-opacity": ["case", found, 1, 0],
        "circle-stroke-color": ["case", found, d.palette.paper, d.palette.quiet],
        "circle-stroke-width": ["case", found, 1.5, 1],
      },
    },
  ];
}

// The square's own outline where the zoom shows it, and a ring at its middle at every zoom.
function selection(d: Drawing): LayerSpecification[] {
  const source = { source: "hotspots", "source-layer": "hotspots" };
  const filter: FilterSpecification = ["==", ["id"], d.selected?.id ?? -1];
  return [
    {
      id: "selected-casing",
      ...source,
      type: "line",
      filter,
      paint: { "line-color": d.palette.paper, "line-width": 7 },
    },
    { id: "selected-line", ...source, type: "line", filter, paint: { "line-color": d.palette.accent, "line-width": 4 } },
    {
      id: "selected-ring",
      source: "selected",
      type: "circle",
      maxzoom: 14,
      paint: {
        "circle-radius": 14,
        "circle-opacity": 0,
        "circle-color": d.palette.paper,
        "circle-stroke-color": d.palette.accent,
        "circle-stroke-width": 4,
      },
    },
  ];
}

function selectedPoint(d: Drawing): GeoJSON.FeatureCollection {
  const centre = d.selected?.centre;
  if (!centre) return { type: "FeatureCollection", features: [] };
  return {
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: centre } }],
  };
}
