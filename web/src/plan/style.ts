// Plans drawn over the map of counts, as a pure function.
import type { FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { type Drawing, mapStyle } from "../map/layers";
import type { Palette } from "../map/palette";
import type { Bins, MustVisit, Place, Round } from "./contract";

export type Marks = GeoJSON.FeatureCollection<GeoJSON.Geometry, { mark: Mark; label?: string }>;
type Mark = "way" | "stop" | "must" | "start" | "site" | "reach";

/** The map of counts with the marks of a plan on it. */
export function planStyle(drawing: Drawing, marks: Marks): StyleSpecification {
  const style = mapStyle(drawing);
  const names = style.layers.findIndex((layer) => layer.id === "area-names");
  return {
    ...style,
    sources: { ...style.sources, plan: { type: "geojson", data: marks } },
    layers: [...style.layers.slice(0, names), ...planLayers(drawing.palette), ...style.layers.slice(names)],
  };
}

function planLayers(p: Palette): LayerSpecification[] {
  const only = (...marks: Mark[]) => ({ source: "plan", filter: ["in", ["get", "mark"], ["literal", marks]] as FilterSpecification });
  return [
    { id: "plan-reach", ...only("reach"), type: "fill", paint: { "fill-color": p.accent, "fill-opacity": 0.15 } },
    { id: "plan-reach-line", ...only("reach"), type: "line", paint: { "line-color": p.accent, "line-width": 1.5, "line-dasharray": [3, 2] } },
    { id: "plan-way-casing", ...only("way"), type: "line", layout: { "line-join": "round" }, paint: { "line-color": p.paper, "line-width": 5 } },
    { id: "plan-way", ...only("way"), type: "line", layout: { "line-join": "round" }, paint: { "line-color": p.ink, "line-width": 2 } },
    {
      id: "plan-points",
      ...only("stop", "must", "start", "site"),
      type: "circle",
      paint: {
        "circle-radius": ["match", ["get", "mark"], "start", 14, 12],
        "circle-color": ["match", ["get", "mark"], "must", p.ink, "start", p.accent, p.paper],
        "circle-stroke-color": ["match", ["get", "mark"], "must", p.paper, "start", p.paper, p.ink],
        "circle-stroke-width": 2,
      },
    },
    {
      id: "plan-labels",
      ...only("stop", "must", "start", "site"),
      type: "symbol",
      layout: {
        "text-field": ["get", "label"],
        "text-font": ["Atkinson Hyperlegible"],
        "text-size": 14,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": ["match", ["get", "mark"], "must", p.paper, "start", p.paper, p.ink] },
    },
  ];
}

/** The stops in their order, and where they start. Before there is a plan: what was asked for. */
export function roundMarks(start: Place | null, must: MustVisit[], round: Round | null): Marks {
  const stops = round?.stops ?? [];
  const way = start && stops.length > 0 ? [start, ...stops.map((stop) => stop.place), start] : [];
  return collection([
    ...(way.length > 1 ? [mark("way", { type: "LineString", coordinates: way })] : []),
    ...(round ? [] : must.map(({ place }) => mark("must", point(place), "!"))),
    ...stops.map((stop) => mark(stop.before ? "must" : "stop", point(stop.place), String(stop.order))),
    ...(start ? [mark("start", point(start), "S")] : []),
  ]);
}

/** The sites, each with the ground that it reaches. */
export function binMarks(bins: Bins | null, withinM: number): Marks {
  const sites = bins?.sites ?? [];
  return collection([
    ...sites.map((site) => mark("reach", { type: "Polygon", coordinates: [ring(site.centre, withinM)] })),
    ...sites.map((site) => mark("site", point(site.centre), String(site.order))),
  ]);
}

export const NO_MARKS: Marks = { type: "FeatureCollection", features: [] };

/** Metres of a degree of latitude, on a sphere: near enough for a drawn circle. */
const DEGREE_M = 111_195;

function ring([lon, lat]: Place, radiusM: number): Place[] {
  const across = DEGREE_M * Math.cos((lat * Math.PI) / 180);
  return Array.from({ length: 49 }, (_, i) => {
    const angle = ((i % 48) * Math.PI) / 24;
    return [lon + (radiusM * Math.cos(angle)) / across, lat + (radiusM * Math.sin(angle)) / DEGREE_M];
  });
}

function point(place: Place): GeoJSON.Point {
  return { type: "Point", coordinates: place };
}

function mark(kind: Mark, geometry: GeoJSON.Geometry, label?: string): Marks["features"][number] {
  return { type: "Feature", geometry, properties: label === undefined ? { mark: kind } : { mark: kind, label } };
}

function collection(features: Marks["features"]): Marks {
  return { type: "FeatureCollection", features };
}
