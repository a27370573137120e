// The public map as a pure function of an edition and of the place chosen on it.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { areaFills, areaLines, areaNames } from "../map/areas";
import { namePoints } from "../map/names";
import type { Palette } from "../map/palette";
import { bandColor, shownBands, VIOLETS } from "./bands";
import type { Edition, Loaded, LonLat, Square } from "./contract";

export interface PublicDrawing {
  palette: Palette;
  loaded: Loaded;
  chosen: { at: LonLat; square: Square | null } | null;
}

/** The layer of all squares, shown or not. */
export const BANDS = "bands-hit";

/** Zooms from which names are written. */
const NAMES = { managed: 12.5, others: 14 };

// Many small squares side by side would be a net of lines from afar.
const EMPTY_LINE: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 0.75];

const NOTHING: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export function publicStyle(drawing: PublicDrawing): StyleSpecification {
  return { version: 8, sources: sources(drawing), layers: layers(drawing) };
}

function sources({ loaded, chosen }: PublicDrawing): Record<string, SourceSpecification> {
  return {
    squares: { type: "geojson", data: loaded.squares ?? NOTHING },
    boundaries: { type: "geojson", data: loaded.boundary },
    names: { type: "geojson", data: namePoints(loaded.boundary) },
    "chosen-square": { type: "geojson", data: collection(chosen?.square ?? null) },
    "chosen-place": { type: "geojson", data: collection(chosen && point(chosen.at)) },
  };
}

function layers({ palette, loaded }: PublicDrawing): LayerSpecification[] {
  return [
    { id: "paper", type: "background", paint: { "background-color": palette.paper } },
    ...areaFills(palette),
    ...bands(palette, loaded.edition),
    managedCasing(palette),
    ...areaLines(palette),
    ...chosenMarks(palette),
    ...areaNames(palette, NAMES),
  ];
}

function bands(p: Palette, edition: Edition): LayerSpecification[] {
  const source = { source: "squares" };
  return [
    { id: BANDS, ...source, type: "fill", paint: { "fill-opacity": 0 } },
    {
      id: "bands-none",
      ...source,
      type: "line",
      filter: ["==", ["get", "band"], 0],
      paint: { "line-color": p.quiet, "line-width": EMPTY_LINE, "line-opacity": 0.55 },
    },
    {
      id: "bands",
      ...source,
      type: "fill",
      filter: [">", ["get", "band"], 0],
      paint: { "fill-color": bandColors(p, edition), "fill-opacity": 0.92, "fill-antialias": false },
    },
    {
      id: "bands-line",
      ...source,
      type: "line",
      filter: [">", ["get", "band"], 0],
      paint: { "line-color": VIOLETS[p.name][2], "line-width": 1 },
    },
  ];
}

function bandColors(p: Palette, edition: Edition): ExpressionSpecification | string {
  const cases: unknown[] = shownBands(edition).flatMap(({ band, step }) => [["==", ["get", "band"], band], bandColor(p, step)]);
  return cases.length === 0 ? bandColor(p, 0) : (["case", ...cases, bandColor(p, 0)] as ExpressionSpecification);
}

// So that the dark outline stands out from dark squares.
function managedCasing(p: Palette): LayerSpecification {
  const filter: FilterSpecification = ["==", ["get", "class"], "managed"];
  return { id: "managed-casing", source: "boundaries", type: "line", filter, paint: { "line-color": p.paper, "line-width": 6, "line-opacity": 0.8 } };
}

function chosenMarks(p: Palette): LayerSpecification[] {
  const square = { source: "chosen-square", type: "line" as const, layout: { "line-join": "round" as const } };
  return [
    { id: "chosen-casing", ...square, paint: { "line-color": p.paper, "line-width": 8 } },
    { id: "chosen-line", ...square, paint: { "line-color": p.accent, "line-width": 4 } },
    {
      id: "chosen-place",
      source: "chosen-place",
      type: "circle",
      paint: { "circle-radius": 6, "circle-color": p.accent, "circle-stroke-color": p.paper, "circle-stroke-width": 2.5 },
    },
  ];
}

function collection(feature: GeoJSON.Feature | null): GeoJSON.FeatureCollection {
  return feature ? { type: "FeatureCollection", features: [feature] } : NOTHING;
}

function point(coordinates: LonLat): GeoJSON.Feature {
  return { type: "Feature", properties: {}, geometry: { type: "Point", coordinates } };
}
