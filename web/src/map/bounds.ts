/** West, south, east, north. */
export type Bounds = [number, number, number, number];

/** West, south, east and north of everything drawn; null of nothing. */
export function boundsOf(...drawn: GeoJSON.FeatureCollection[]): Bounds | null {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (coordinates: unknown): void => {
    if (!Array.isArray(coordinates)) return;
    if (typeof coordinates[0] !== "number") return coordinates.forEach(visit);
    const [lon, lat] = coordinates as [number, number];
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat);
  };
  for (const { features } of drawn) for (const { geometry } of features) if ("coordinates" in geometry) visit(geometry.coordinates);
  return Number.isFinite(bounds[0]) ? bounds : null;
}
