// Exported archives as another program reads them: the server's tiles, and sums that are those of the table.
// The Go test TestArchiveIsReadByAnotherReader makes the archives and names them here.
import { readFile } from "node:fs/promises";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { Compression, type Header, PMTiles, type Source, TileType, tileIdToZxy } from "pmtiles";
import { beforeAll, describe, expect, test } from "vitest";
import type { Counts } from "../src/api";
import { get, json } from "./browser";

interface Exported {
  file: string;
  layer: string;
  query: string;
  zooms: [number, number];
}

const ARCHIVES = JSON.parse(process.env["ARCHIVES"] ?? "[]") as Exported[];
const WORLD = process.env["ARCHIVE_OF_THE_WORLD"] ?? "";

async function opened(file: string): Promise<PMTiles> {
  const content = await readFile(file);
  const source: Source = {
    getKey: () => file,
    getBytes: async (offset, length) => ({ data: new Uint8Array(content.subarray(offset, offset + length)).buffer }),
  };
  return new PMTiles(source);
}

describe.runIf(ARCHIVES.length > 0).each(ARCHIVES)("an archive of $layer, '$query'", ({ file, layer, query, zooms }) => {
  let archive: PMTiles;
  let header: Header;
  const found = new Map<string, Uint8Array>();

  beforeAll(async () => {
    archive = await opened(file);
    header = await archive.getHeader();
  });

  test("says what it is", async () => {
    expect([header.minZoom, header.maxZoom]).toEqual(zooms);
    expect([header.tileType, header.tileCompression, header.clustered]).toEqual([TileType.Mvt, Compression.Gzip, true]);
    const metadata = (await archive.getMetadata()) as Record<string, unknown>;
    expect(metadata["name"]).toMatch(new RegExp(`: ${layer}$`));
    expect(metadata["vector_layers"]).toMatchObject([{ id: layer, minzoom: zooms[0], maxzoom: zooms[1] }]);
    const described = await json<{ vector_layers: { fields: object }[] }>(`/v1/tiles/${layer}.json`);
    expect(metadata["vector_layers"]).toMatchObject([{ fields: described.vector_layers[0]?.fields }]);
  });

  test("holds the server's tiles, all and no others", async () => {
    for (const [z, x, y] of tilesAround(header)) {
      const here = await archive.getZxy(z, x, y);
      const there = await served(`${layer}/${z}/${x}/${y}.mvt?${query}`);
      expect(bytes(here).equals(there), `${z}/${x}/${y}`).toBe(true);
      if (here) found.set(`${z}/${x}/${y}`, bytes(here));
    }
    expect(found.size).toBeGreaterThan(10);
    expect(found.size).toBe(header.numAddressedTiles);
  });

  test("is bounded by what is drawn", () => {
    const [west, south, east, north] = drawnBounds(found, layer, header.maxZoom);
    const unit = (2 * 360) / 2 ** header.maxZoom / 4096; // rounding moves a corner by half of it
    for (const [drawn, said] of [[west, header.minLon], [south, header.minLat], [east, header.maxLon], [north, header.maxLat]]) {
      expect(Math.abs((drawn ?? 0) - (said ?? 0))).toBeLessThan(unit);
    }
    expect(header.centerLon).toBeCloseTo((header.minLon + header.maxLon) / 2, 6);
    expect(header.centerLat).toBeCloseTo((header.minLat + header.maxLat) / 2, 6);
  });

  test("has everything at every zoom", async () => {
    if (layer === "boundaries") {
      const { features } = await json<{ features: { properties: { id: string } }[] }>(`/v1/boundaries?${query}`);
      const drawn = new Set([...featuresAt(found, layer, zooms[1])].map(({ feature }) => feature.properties["id"]));
      expect(drawn).toEqual(new Set(features.map((f) => f.properties.id)));
      return;
    }
    const { rows } = await json<Counts>(`/v1/counts?by=square&${query}`);
    const want = { items: 0, visits: 0 };
    for (const row of rows.filter((r) => r.square !== null)) {
      want.items += row.items;
      want.visits += row.visits ?? 0;
    }
    expect(want.items).toBeGreaterThan(0);
    for (let zoom = zooms[0]; zoom <= zooms[1]; zoom++) expect(sumsAt(found, layer, zoom)).toEqual(want);
  });
});

test.runIf(WORLD !== "")("an archive with several directories has every tile in its place", async () => {
  const archive = await opened(WORLD);
  const header = await archive.getHeader();
  expect(header.leafDirectoryLength).toBeGreaterThan(0);
  expect(header.numAddressedTiles).toBe((4 ** 8 - 1) / 3);
  const misplaced: string[] = [];
  for (let id = 0; id < header.numAddressedTiles; id++) {
    const [z, x, y] = tileIdToZxy(id);
    const name = bytes(await archive.getZxy(z, x, y)).toString("latin1").split(" ", 1)[0];
    if (name !== `${z}/${x}/${y}`) misplaced.push(`${name} at ${z}/${x}/${y}`);
  }
  expect(misplaced).toEqual([]);
});

/** The content of a tile, empty where there is none. */
function bytes(tile: { data: ArrayBuffer } | undefined): Buffer {
  return Buffer.from(tile?.data ?? new ArrayBuffer(0));
}

async function served(address: string): Promise<Buffer> {
  const answer = await get(`/v1/tiles/${address}`);
  expect(answer.ok).toBe(true);
  return Buffer.from(await answer.arrayBuffer());
}

/** The tiles of every zoom that the archive's bounds touch, and one more on each side. */
function tilesAround(header: Header): [number, number, number][] {
  const tiles: [number, number, number][] = [];
  for (let z = header.minZoom; z <= header.maxZoom; z++) {
    const last = 2 ** z - 1;
    const column = (lon: number) => Math.floor(((lon + 180) / 360) * 2 ** z);
    const row = (lat: number) => Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 2 ** z);
    for (let x = Math.max(0, column(header.minLon) - 1); x <= Math.min(last, column(header.maxLon) + 1); x++) {
      for (let y = Math.max(0, row(header.maxLat) - 1); y <= Math.min(last, row(header.minLat) + 1); y++) tiles.push([z, x, y]);
    }
  }
  return tiles;
}

/** Every feature of the tiles of a zoom. */
function* featuresAt(found: Map<string, Uint8Array>, layer: string, zoom: number) {
  for (const [name, content] of found) {
    const [z, x, y] = name.split("/").map(Number) as [number, number, number];
    const drawn = new VectorTile(new PbfReader(content)).layers[layer];
    for (let i = 0; z === zoom && i < (drawn?.length ?? 0); i++) {
      const feature = drawn?.feature(i);
      if (feature) yield { feature, x, y, z };
    }
  }
}

/** Items and visits of a zoom; a square with an id counts once, on however many tiles it is. */
function sumsAt(found: Map<string, Uint8Array>, layer: string, zoom: number): { items: number; visits: number } {
  const sum = { items: 0, visits: 0 };
  const seen = new Set<number>();
  for (const { feature } of featuresAt(found, layer, zoom)) {
    if (feature.id !== undefined && seen.has(feature.id)) continue;
    if (feature.id !== undefined) seen.add(feature.id);
    sum.items += feature.properties["n"] as number;
    sum.visits += feature.properties["visits"] as number;
  }
  return sum;
}

/** West, south, east and north of all that is drawn at a zoom. */
function drawnBounds(found: Map<string, Uint8Array>, layer: string, zoom: number): number[] {
  const [longitudes, latitudes]: [number[], number[]] = [[], []];
  for (const { feature, x, y, z } of featuresAt(found, layer, zoom)) {
    for (const p of feature.loadGeometry().flat()) {
      longitudes.push(((x + p.x / feature.extent) / 2 ** z) * 360 - 180);
      latitudes.push((Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + p.y / feature.extent)) / 2 ** z))) * 180) / Math.PI);
    }
  }
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
