// The map of a file's first rows as a pure function.
import type { DataDrivenPropertyValueSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { ClassId } from "../api";
import { areaFills, areaLines, areaNames } from "../map/areas";
import { namePoints } from "../map/names";
import type { Palette } from "../map/palette";
import type { Row } from "./contract";

export interface RowDrawing {
  palette: Palette;
  rows: Row[];
  /** line of the picked row */
  picked: number | null;
  boundaries: GeoJSON.FeatureCollection;
}

/** The layer in which a click looks for a row. */
export const POINTS = "rows";

/** The classes that a place can have, in the order of the legend. */
export const POINT_CLASSES: ClassId[] = ["managed", "residential", "non_residential", "outside", "unclassified"];

export function rowStyle(d: RowDrawing): StyleSpecification {
  return {
    version: 8,
    sources: {
      boundaries: { type: "geojson", data: d.boundaries },
      names: { type: "geojson", data: namePoints(d.boundaries) },
      rows: { type: "geojson", data: rowPoints(d.rows) },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": d.palette.paper } },
      ...areaFills(d.palette),
      ...areaLines(d.palette),
      ...areaNames(d.palette),
      ...points(d),
    ],
  };
}

const known = new WeakMap<Row[], GeoJSON.FeatureCollection>();

// The same object for the same rows, so that the map is left alone.
function rowPoints(rows: Row[]): GeoJSON.FeatureCollection {
  const points = known.get(rows) ?? {
    type: "FeatureCollection" as const,
    features: rows.flatMap((row) => {
      if (!row.point || row.refusal) return [];
      const geometry: GeoJSON.Point = { type: "Point", coordinates: row.point };
      return [{ type: "Feature" as const, id: row.line, properties: { class: row.class }, geometry }];
    }),
  };
  known.set(rows, points);
  return points;
}

type ByClass<T> = Record<"managed" | "residential" | "non_residential" | "outside", T> & { others: T };

function byClass<T extends string | number>(values: ByClass<T>): DataDrivenPropertyValueSpecification<T> {
  const { others, ...classes } = values;
  return ["match", ["get", "class"], ...Object.entries(classes).flat(), others] as never;
}

// As the areas are: managed by a thick dark outline, non-residential by a dot, outside by nothing but a small ring. The
// hue comes on top.
function points({ palette: p, picked }: RowDrawing): LayerSpecification[] {
  const shared = { source: "rows", type: "circle" as const };
  return [
    {
      id: POINTS,
      ...shared,
      paint: {
        "circle-radius": byClass({ managed: 6, residential: 6, non_residential: 6, outside: 3.5, others: 3 }),
        "circle-color": byClass({ managed: p.paper, residential: p.residential, non_residential: p.nonResidential, outside: p.paper, others: p.quiet }),
        "circle-stroke-color": byClass({ managed: p.ink, residential: p.residentialLine, non_residential: p.nonResidentialLine, outside: p.quiet, others: p.quiet }),
        "circle-stroke-width": byClass({ managed: 3, residential: 1.75, non_residential: 1.75, outside: 1.5, others: 0 }),
      },
    },
    {
      id: "row-cores",
      ...shared,
      filter: ["in", ["get", "class"], ["literal", ["managed", "non_residential"]]],
      paint: { "circle-radius": 2.25, "circle-color": byClass({ managed: p.ink, residential: p.ink, non_residential: p.nonResidentialLine, outside: p.ink, others: p.ink }) },
    },
    {
      id: "row-picked",
      ...shared,
      filter: ["==", ["id"], picked ?? -1],
      paint: { "circle-radius": 11, "circle-opacity": 0, "circle-stroke-color": p.accent, "circle-stroke-width": 4 },
    },
  ];
}

/** The box about the places of the rows: west, south, east, north. Only of rows with at least one. */
export function boundsOf(rows: Row[]): [number, number, number, number] {
  const points = rows.flatMap((row) => (row.point && !row.refusal ? [row.point] : []));
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** The latest day of the rows, by whose boundary the areas are drawn; else the day given. */
export function latestDay(rows: Row[], otherwise: string): string {
  const days = rows.filter((row) => !row.refusal && /^\d{4}-\d\d/.test(row.at)).map((row) => `${row.at}-01`.slice(0, 10));
  return days.toSorted().at(-1) ?? otherwise;
}
