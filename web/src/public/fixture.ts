// Small editions for tests.
import type { Boundary, Edition, Loaded, LonLat, Square, Squares } from "./contract";

export function box(west: number, south: number, east: number, north: number): LonLat[] {
  return [[west, south], [east, south], [east, north], [west, north], [west, south]];
}

export function square(name: string, band: number, [west, south, east, north]: [number, number, number, number]): Square {
  return { type: "Feature", properties: { square: name, band }, geometry: { type: "Polygon", coordinates: [box(west, south, east, north)] } };
}

export function squares(...features: Square[]): Squares {
  return { type: "FeatureCollection", features };
}

export function area(id: string, klass: string, ...rings: LonLat[][]): Boundary["features"][number] {
  return { type: "Feature", properties: { id, name: id.toUpperCase(), class: klass }, geometry: { type: "Polygon", coordinates: rings } };
}

export function boundary(...features: Boundary["features"]): Boundary {
  return { type: "FeatureCollection", features };
}

/** Four weeks from a day, with a total for needles and one for condoms; none where it is null. */
export function edition(from: string, weeks: string[], to: string, totals: [number, number] | null): Edition {
  const families = [{ id: "needles", title: "Needles" }, { id: "condoms", title: "Condoms" }];
  return {
    place: "Millbeck",
    synthetic: true,
    period: { from, to, weeks },
    map: {
      why_none: "",
      legend: [
        { band: 0, text: "not shown: too few, too rarely, or none", from: 0, below: 0 },
        { band: 1, text: "under 25", from: 0, below: 25 },
        { band: 2, text: "25 or more", from: 25, below: 0 },
      ],
    },
    tables: {
      classes: [{ id: "managed", title: "Managed area" }],
      families,
      rows: [],
      totals: families.flatMap(({ id }, i) => (totals ? [{ family: id, items: String(totals[i]), at_least: (totals[i] ?? 0) - 12, at_most: (totals[i] ?? 0) + 12 }] : [])),
    },
    policy: { cuts: [25, 75], min_items: 10, min_days: 3, table_min: 10, table_step: 5, total_step: 25 },
  };
}

export const APRIL = edition("2019-04-24", ["2019-04-24", "2019-05-01", "2019-05-08", "2019-05-15"], "2019-05-22", [325, 1450]);

/** Two squares of unlike side, one of them not shown, and a managed area. */
export const LOADED: Loaded = {
  folder: "public/2019-04-24/",
  edition: APRIL,
  squares: squares(square("E 0 N 0 · 500 m", 2, [0, 0, 2, 2]), square("E 500 N 0 · 250 m", 0, [2, 0, 3, 1]), square("E 500 N 250 · 250 m", 1, [2, 1, 3, 2])),
  boundary: boundary(area("mill", "managed", box(0, 0, 1, 1))),
};
