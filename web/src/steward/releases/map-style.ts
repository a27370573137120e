// The two maps of a draft as pure functions: the public's bands, and the truth.
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { areaFills, areaLines, areaNames } from "../../map/areas";
import { namePoints } from "../../map/names";
import type { Palette } from "../../map/palette";
import { type Step, VIOLETS } from "./bands";
import type { SquareProperties } from "./squares";

export interface DraftDrawing {
  palette: Palette;
  squares: GeoJSON.FeatureCollection<GeoJSON.Polygon, SquareProperties>;
  boundaries: GeoJSON.FeatureCollection;
  /** place of the picked square in the list, -1 for none */
  selected: number;
}

export interface TruthDrawing extends DraftDrawing {
  numbers: GeoJSON.FeatureCollection;
  /** least density of each step of the ramp */
  cuts: number[];
}

// Many small squares side by side would be a net of lines from afar.
const EMPTY_LINE: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 0.75];

/** The layer in which a click looks for a square. */
export const DRAFT_SQUARES = "draft-squares";

export function publicStyle(d: DraftDrawing & { steps: Step[] }): StyleSpecification {
  const violets = VIOLETS[d.palette.name];
  const band: ExpressionSpecification = ["get", "band"];
  const color: unknown[] = d.steps.flatMap(({ band: id, step }) => [["==", band, id], violets[step]]);
  const fill = color.length > 0 ? (["case", ...color, violets[0]] as ExpressionSpecification) : violets[0];
  return style(d, { fill, line: violets[2], many: [">", band, 0] }, []);
}

export function truthStyle(d: TruthDrawing): StyleSpecification {
  const { ramp } = d.palette;
  const color: unknown[] = ["step", ["get", "density"], ramp[0]];
  d.cuts.slice(1).forEach((cut, i) => color.push(cut, ramp[i + 1]));
  const numbers: [string, GeoJSON.FeatureCollection] = ["numbers", d.numbers];
  return style(d, { fill: color as ExpressionSpecification, line: ramp[3], many: [">", ["get", "items"], 0] }, [numbers]);
}

interface Paint {
  fill: ExpressionSpecification | string;
  line: string;
  /** which squares are filled; the others are empty outlines */
  many: ExpressionSpecification;
}

function style(d: DraftDrawing, paint: Paint, more: [string, GeoJSON.FeatureCollection][]): StyleSpecification {
  const data: [string, GeoJSON.FeatureCollection][] = [
    ["squares", d.squares],
    ["boundaries", d.boundaries],
    ["names", namePoints(d.boundaries)],
    ...more,
  ];
  const sources = Object.fromEntries(data.map(([id, of]): [string, SourceSpecification] => [id, { type: "geojson", data: of }]));
  return {
    version: 8,
    sources,
    layers: [
      { id: "paper", type: "background", paint: { "background-color": d.palette.paper } },
      ...areaFills(d.palette),
      ...squares(d.palette, paint),
      ...areaLines(d.palette),
      ...selection(d),
      ...areaNames(d.palette),
      // Above the names: where the two meet, the number stays.
      ...(more.length > 0 ? [numbers(d.palette)] : []),
    ],
  };
}

function squares(p: Palette, { fill, line, many }: Paint): LayerSpecification[] {
  const source = { source: "squares" };
  return [
    { id: DRAFT_SQUARES, ...source, type: "fill", paint: { "fill-opacity": 0 } },
    {
      id: "squares-none",
      ...source,
      type: "line",
      filter: ["!", many],
      paint: { "line-color": p.quiet, "line-width": EMPTY_LINE, "line-opacity": 0.55 },
    },
    { id: "squares-some", ...source, type: "fill", filter: many, paint: { "fill-color": fill, "fill-opacity": 0.92, "fill-antialias": false } },
    { id: "squares-line", ...source, type: "line", filter: many, paint: { "line-color": line, "line-width": 1 } },
  ];
}

function selection({ palette, selected }: DraftDrawing): LayerSpecification[] {
  const shared = { source: "squares", type: "line" as const, filter: ["==", ["id"], selected] as ExpressionSpecification };
  return [
    { id: "selected-casing", ...shared, paint: { "line-color": palette.paper, "line-width": 7 } },
    { id: "selected-line", ...shared, paint: { "line-color": palette.accent, "line-width": 4 } },
  ];
}

// Every number that fits; the table beside the map has them all.
function numbers(p: Palette): LayerSpecification {
  return {
    id: "numbers",
    source: "numbers",
    type: "symbol",
    minzoom: 12,
    layout: { "text-field": ["to-string", ["get", "items"]], "text-font": ["Atkinson Hyperlegible"], "text-size": 14, "text-padding": 0, "symbol-sort-key": ["-", ["get", "items"]] },
    paint: { "text-color": p.ink, "text-halo-color": p.paper, "text-halo-width": 2 },
  };
}
