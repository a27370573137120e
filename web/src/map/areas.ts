// The areas and their names, under and over whatever a map counts.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import type { Palette } from "./palette";
import { DOTS, HATCH, patternName } from "./patterns";

// Many small areas side by side would be a net of lines from afar.
const AREA_LINE: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 12, 0.4, 16, 1.2];

export function areaFills(p: Palette): LayerSpecification[] {
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
export function areaLines(p: Palette): LayerSpecification[] {
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

/** Zooms from which the names of areas are written. */
export interface NameZooms {
  managed: number;
  others: number;
}

// Names come late, the managed area's first: further out they would hide the squares. Without `glyphs` MapLibre draws
// letters with the page's own fonts.
export function areaNames(p: Palette, from: NameZooms = { managed: 14, others: 16 }): LayerSpecification[] {
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
    names("area-names", from.others, ["!=", ["get", "class"], "managed"]),
    names("managed-name", from.managed, ["==", ["get", "class"], "managed"]),
  ];
}

function area(klass: string): { source: string; filter: FilterSpecification } {
  return { source: "boundaries", filter: ["==", ["get", "class"], klass] };
}
