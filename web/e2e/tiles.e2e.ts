// The tiles as a client reads them: a square counted once is the sum that the table gives.
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { describe, expect, test } from "vitest";
import type { Counts, Scheme } from "../src/api";
import { get, json } from "./browser";

const FILTERS = ["", "kinds=needle", "classes=residential,outside"];
const ZOOMS = Array.from({ length: 17 }, (_, zoom) => zoom);

describe.each(FILTERS)("tiles for '%s'", (filter) => {
  test.each(ZOOMS)("of zoom %d sum to the counts", async (zoom) => {
    const squares = await squaresAt(zoom, filter);
    const counts = await json<Counts>(`/v1/counts?by=square&${filter}`);
    const placeless = counts.rows.filter((row) => row.square === null);
    const drawn = [...squares.values()].reduce((sum, s) => ({ n: sum.n + s.n, visits: sum.visits + s.visits }), { n: 0, visits: 0 });
    expect(drawn.n + placeless.reduce((n, row) => n + row.items, 0)).toBe(counts.total.items);
    expect(drawn.visits + placeless.reduce((n, row) => n + (row.visits ?? 0), 0)).toBe(counts.total.visits);
    expect(new Set([...squares.values()].map((s) => s.level)).size).toBe(1);
  });
});

interface Square {
  n: number;
  visits: number;
  level: number;
}

/** Every square of every tile that the town touches, by id; the same square in two tiles must say the same. */
async function squaresAt(zoom: number, filter: string): Promise<Map<number, Square>> {
  const { bounds } = await json<Scheme>("/v1/scheme");
  const squares = new Map<number, Square>();
  for (const [x, y] of tilesOf(bounds ?? [0, 0, 0, 0], zoom)) {
    const layer = await hotspots(`${zoom}/${x}/${y}`, filter);
    for (let i = 0; i < (layer?.length ?? 0); i++) {
      const feature = layer?.feature(i);
      if (feature?.id === undefined) throw new Error("a square without an id");
      const { n, visits, level } = feature.properties as unknown as Square;
      const known = squares.get(feature.id);
      if (known) expect(known).toEqual({ n, visits, level });
      squares.set(feature.id, { n, visits, level });
    }
  }
  return squares;
}

async function hotspots(tile: string, filter: string) {
  const answer = await get(`/v1/tiles/hotspots/${tile}.mvt?${filter}`);
  if (answer.status === 204) return undefined;
  expect(answer.status).toBe(200);
  return new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer()))).layers["hotspots"];
}

/** The tiles that a box touches, and one more on each side: squares reach over the box by up to their side. */
function tilesOf([west, south, east, north]: [number, number, number, number], zoom: number): [number, number][] {
  const size = 2 ** zoom;
  const column = (lon: number) => Math.floor(((lon + 180) / 360) * size);
  const row = (lat: number) => Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * size);
  const tiles: [number, number][] = [];
  for (let x = Math.max(0, column(west) - 1); x <= Math.min(size - 1, column(east) + 1); x++) {
    for (let y = Math.max(0, row(north) - 1); y <= Math.min(size - 1, row(south) + 1); y++) tiles.push([x, y]);
  }
  return tiles;
}
