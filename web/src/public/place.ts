// Which class a place has, by the rules that the server has: geo.Classifier.
import type { Boundary, LonLat, PlaceClass } from "./contract";

export interface Place {
  class: PlaceClass;
  /** of the area that gives the class; empty where there is none */
  area: string;
}

type Units = [number, number];
type Meeting = "misses" | "crosses" | "touches";

/** The classes of areas, the strongest first. */
const RANK = ["managed", "residential", "non_residential"] as const;

/**
 * Areas are closed sets: a place on an outline is in the area. Of the areas that cover it the highest class wins, then the
 * lowest id. Exact: whole numbers of 1e-7 degree, and no rounding after that.
 */
export function placeAt(boundary: Boundary, place: LonLat): Place {
  const rank = (a: Boundary["features"][number]) => RANK.indexOf(a.properties.class as (typeof RANK)[number]);
  const [first] = boundary.features
    .filter((area) => rank(area) >= 0 && covers(area.geometry, place))
    .toSorted((a, b) => rank(a) - rank(b) || (a.properties.id < b.properties.id ? -1 : 1));
  const klass = first && RANK[rank(first)];
  return klass ? { class: klass, area: first.properties.name ?? "" } : { class: "outside", area: "" };
}

/** Whether a polygon, or one of several, covers a place; its outline and those of its holes belong to it. */
export function covers(geometry: GeoJSON.Geometry, [lon, lat]: LonLat): boolean {
  const p: Units = [units(lon), units(lat)];
  if (geometry.type === "Polygon") return polygonCovers(geometry.coordinates, p);
  return geometry.type === "MultiPolygon" && geometry.coordinates.some((rings) => polygonCovers(rings, p));
}

// The even-odd rule over all rings.
function polygonCovers(rings: GeoJSON.Position[][], p: Units): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const met = meets(corner(ring[i]), corner(ring[(i + 1) % ring.length]), p);
      if (met === "touches") return true;
      if (met === "crosses") inside = !inside;
    }
  }
  return inside;
}

// How an edge meets the ray that runs from p to the west. It crosses where its half-open span of latitude holds p.
function meets(from: Units, to: Units, p: Units): Meeting {
  const [a, b] = to[1] < from[1] || (to[1] === from[1] && to[0] < from[0]) ? [to, from] : [from, to];
  if (p[1] < a[1] || p[1] > b[1]) return "misses";
  // Products of 1e-7 degrees outgrow the 53 bits of a number.
  const ahead = BigInt(b[0] - a[0]) * BigInt(p[1] - a[1]);
  const aside = BigInt(p[0] - a[0]) * BigInt(b[1] - a[1]);
  if (ahead > aside) return "misses";
  if (ahead === aside && Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0])) return "touches";
  return p[1] < b[1] ? "crosses" : "misses";
}

function corner(position: GeoJSON.Position | undefined): Units {
  return [units(position?.[0] ?? 0), units(position?.[1] ?? 0)];
}

// Halves away from zero, as the server rounds.
function units(degrees: number): number {
  return Math.sign(degrees) * Math.round(Math.abs(degrees) * 1e7);
}
