// Where an area's name stands: one point each, since MapLibre would write a polygon's name once in every tile it meets.

type Ring = GeoJSON.Position[];
type Names = GeoJSON.FeatureCollection<GeoJSON.Point, { name: string; class: string }>;

const known = new WeakMap<GeoJSON.FeatureCollection, Names>();

/** A point with the name of every area that has one, at the middle of its largest ring; the same object for the same areas. */
export function namePoints(areas: GeoJSON.FeatureCollection): Names {
  const names = known.get(areas) ?? pointsOf(areas);
  known.set(areas, names);
  return names;
}

function pointsOf(areas: GeoJSON.FeatureCollection): Names {
  const features = areas.features.flatMap((area) => {
    const name = String(area.properties?.["name"] ?? "");
    const ring = largest(outerRings(area.geometry));
    if (!name || !ring) return [];
    const geometry: GeoJSON.Point = { type: "Point", coordinates: middle(ring) };
    return [{ type: "Feature" as const, properties: { name, class: String(area.properties?.["class"] ?? "") }, geometry }];
  });
  return { type: "FeatureCollection", features };
}

function outerRings(geometry: GeoJSON.Geometry): Ring[] {
  if (geometry.type === "Polygon") return geometry.coordinates.slice(0, 1);
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1));
  return [];
}

function largest(rings: Ring[]): Ring | undefined {
  return rings.toSorted((a, b) => Math.abs(moments(b).area) - Math.abs(moments(a).area))[0];
}

/** The centre of gravity; of a ring without area its first point. */
function middle(ring: Ring): GeoJSON.Position {
  const { area, x, y } = moments(ring);
  return area === 0 ? (ring[0] ?? [0, 0]) : [x / (3 * area), y / (3 * area)];
}

// Twice the area by the shoelace formula, about the first point to keep digits.
function moments(ring: Ring): { area: number; x: number; y: number } {
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  const sums = { area: 0, x: 0, y: 0 };
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [(ring[i - 1]?.[0] ?? x0) - x0, (ring[i - 1]?.[1] ?? y0) - y0];
    const [bx, by] = [(ring[i]?.[0] ?? x0) - x0, (ring[i]?.[1] ?? y0) - y0];
    const cross = ax * by - bx * ay;
    sums.area += cross;
    sums.x += (ax + bx + 3 * x0) * cross;
    sums.y += (ay + by + 3 * y0) * cross;
  }
  return sums;
}
