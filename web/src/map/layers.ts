// The map's style as a pure function of what is asked for.
import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { areaFills, areaLines, areaNames } from "./areas";
import { ITEM_CUTS } from "./cuts";
import { namePoints } from "./names";
import type { Palette } from "./palette";
import { rampColor } from "./ramp";

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

/** Pickups appear from here on, as single points. */
export const PICKUP_ZOOM = 15;
export const MAX_TILE_ZOOM = 16;

/** The layer in which a click looks for a square. */
export const SQUARES = "squares-hit";

const ITEMS = { property: "n", base: ITEM_CUTS };

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
    ...hotSquares(d),
    ...pickups(d),
    ...selection(d),
    ...areaNames(d.palette),
  ];
}

function squares(d: Drawing): LayerSpecification[] {
  const source = { source: "hotspots", "source-layer": "hotspots" };
  const some: FilterSpecification = [">", ["get", "n"], 0];
  const none: FilterSpecification = ["==", ["get", "n"], 0];
  const layout = { visibility: d.showCounts ? ("visible" as const) : ("none" as const) };
  const p = d.palette;
  return [
    // Invisible, but a click finds visited squares without items here too.
    { id: SQUARES, ...source, type: "fill", layout, paint: { "fill-opacity": 0 } },
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
      paint: { "fill-color": rampColor(p.ramp, d.weeks, ITEMS), "fill-opacity": 0.92, "fill-antialias": false },
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

// Significance is line weight. Only tiles that were asked for scores have the attribute; the pale line parts it from dark fills.
function hotSquares(d: Drawing): LayerSpecification[] {
  const hot = { source: "hotspots", "source-layer": "hotspots", filter: ["==", ["get", "hot"], true] as FilterSpecification };
  const layout = { visibility: d.showCounts ? ("visible" as const) : ("none" as const), "line-join": "miter" as const };
  return [
    { id: "hot-casing", ...hot, type: "line", layout, paint: { "line-color": d.palette.paper, "line-width": 6 } },
    { id: "hot-line", ...hot, type: "line", layout, paint: { "line-color": d.palette.ink, "line-width": 3.5 } },
  ];
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

const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

function selectedPoint(d: Drawing): GeoJSON.FeatureCollection {
  const centre = d.selected?.centre;
  if (!centre) return NOTHING;
  return {
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: centre } }],
  };
}
