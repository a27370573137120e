// Draws the map of others beneath ours: pale, in the page's own letters, without pictures of theirs. Ours is complete without.
import { type Flavor, layers as protomaps, namedFlavor } from "@protomaps/basemaps";
import {
  addProtocol,
  AttributionControl,
  type LayerSpecification,
  type Map as GlMap,
  type RasterLayerSpecification,
  type SourceSpecification,
  type StyleSpecification,
} from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";
import type { Basemap } from "./basemap";
import { paletteFor } from "./palette";

type Theme = "light" | "dark";

/** Sources and layers, beneath ours and named so that no name of ours is met. */
interface Ground {
  sources: Record<string, SourceSpecification>;
  layers: LayerSpecification[];
  /** whom it is by, as text */
  by: string;
}

/** What sources and layers of the map beneath are named with. */
const BENEATH = "beneath";

// Where the ground can be seen through what is counted, and what is counted still stands out.
const AREAS_OPACITY = 0.3;
const SQUARES_OPACITY = 0.78;

const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

export class Beneath {
  readonly #map: GlMap;
  readonly #said: Basemap;
  #credit: AttributionControl | null = null;
  /** what was asked for last: an answer to an earlier question is let go */
  #theme: Theme | null = null;

  constructor(map: GlMap, said: Basemap) {
    this.#map = map;
    this.#said = said;
  }

  /** Draws the ground for a theme, in place of what it was before. `style` is the map above. */
  async draw(theme: Theme, style: StyleSpecification): Promise<void> {
    if (theme === this.#theme) return;
    this.#theme = theme;
    try {
      const ground = await groundOf(this.#said, theme);
      if (this.#theme === theme) this.#lay(ground, style);
    } catch {
      this.#tell(MISSING);
    }
  }

  /** Tells of an error of the map beneath, without which ours is complete. Reports whether it is one. */
  faulty(event: { error: { message: string }; sourceId?: string }): boolean {
    const beneath = event.sourceId?.startsWith(BENEATH) || event.error.message.includes(`"${BENEATH}`);
    if (beneath) this.#tell(MISSING);
    return Boolean(beneath);
  }

  #lay(ground: Ground, style: StyleSpecification): void {
    const map = this.#map;
    for (const { id } of map.getStyle().layers.filter(({ id }) => id.startsWith(BENEATH))) map.removeLayer(id);
    for (const [id, source] of Object.entries(ground.sources)) if (!map.getSource(id)) map.addSource(id, source);
    const fills = style.layers[1]?.id;
    const lines = style.layers.find(({ id }) => id === "residential-line")?.id;
    for (const layer of ground.layers) map.addLayer(layer, layer.type === "symbol" ? lines : fills);
    for (const layer of style.layers) thin(map, layer);
    this.#tell(ground.by);
  }

  #tell(text: string): void {
    if (this.#credit) this.#map.removeControl(this.#credit);
    this.#credit = text ? new AttributionControl({ compact: false, customAttribution: escaped(text) }) : null;
    if (this.#credit) this.#map.addControl(this.#credit, "bottom-left");
  }
}

const MISSING = "The map of streets could not be loaded; all else is complete.";

function groundOf(said: Basemap, theme: Theme): Promise<Ground> {
  if (said.archive) return groundOfArchive(said.archive, said.by, theme);
  if (said.style) return groundOfStyle(said.style, said.by);
  const tiles = { tiles: [absolute(said.tiles ?? "")], by: said.by ?? "" };
  return Promise.resolve(said.vector ? vector(tiles, theme) : raster(tiles, theme));
}

interface Tiled {
  tiles?: string[];
  url?: string;
  by: string;
  maxzoom?: number;
  /** names of its layers, where they are known */
  has?: string[];
}

async function groundOfArchive(address: string, by: string | undefined, theme: Theme): Promise<Ground> {
  const archive = new PMTiles(absolute(address));
  protocol.add(archive);
  const [{ tileType, maxZoom }, metadata] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
  const { attribution = "", vector_layers: has } = metadata as { attribution?: string; vector_layers?: { id: string }[] };
  const tiled = { url: `pmtiles://${absolute(address)}`, by: by ?? textOf(attribution), maxzoom: maxZoom, has: has?.map(({ id }) => id) };
  return tileType === TileType.Mvt ? vector(tiled, theme) : raster(tiled, theme);
}

function vector({ by, has, ...tiled }: Tiled, theme: Theme): Ground {
  const there = (layer: LayerSpecification) => !has || !("source-layer" in layer) || has.includes(layer["source-layer"] ?? "");
  const layers = protomaps(BENEATH, flavorOf(theme), { lang: "en" }).filter(there).flatMap(plain);
  return { sources: { [BENEATH]: { maxzoom: 15, ...tiled, type: "vector" } }, layers, by };
}

// The palest of the library's, on our own paper, with streets that can be seen through what is counted.
function flavorOf(theme: Theme): Flavor {
  const { paper, quiet } = paletteFor(theme === "dark");
  const [street, wide, water] = theme === "dark" ? ["#2b323d", "#39424f", "#0f1b28"] : ["#e4e0d6", "#d5d0c4", "#d6e3ea"];
  const flavor = namedFlavor(theme === "dark" ? "black" : "white");
  const names = Object.keys(flavor) as (keyof Flavor)[];
  const streets = names.filter((name) => /^(minor|other|link|bridges|tunnel)/.test(name) && !name.includes("casing"));
  const labels = names.filter((name) => /^roads_label|^(sub)?place_label|^city_label/.test(name));
  const set = (these: string[], value: (name: string) => string) => Object.fromEntries(these.map((name) => [name, value(name)]));
  return {
    ...flavor,
    ...set(streets, () => street),
    ...set(labels, (name) => (name.endsWith("halo") ? paper : quiet)),
    ...{ background: paper, earth: paper, water, major: wide, highway: wide, bridges_major: wide, bridges_highway: wide },
  };
}

// Pictures are made paler; on a dark page they are turned round as well.
const PALE: Record<Theme, RasterLayerSpecification["paint"]> = {
  light: { "raster-saturation": -0.7, "raster-opacity": 0.55 },
  dark: { "raster-saturation": -1, "raster-opacity": 0.4, "raster-brightness-min": 1, "raster-brightness-max": 0 },
};

function raster({ by, ...tiled }: Tiled, theme: Theme): Ground {
  const source: SourceSpecification = { maxzoom: 19, ...tiled, type: "raster", tileSize: 256 };
  return { sources: { [BENEATH]: source }, layers: [{ id: BENEATH, source: BENEATH, type: "raster", paint: { ...PALE[theme] } }], by };
}

// A style is drawn as it is, in every theme.
async function groundOfStyle(address: string, by: string | undefined): Promise<Ground> {
  const answer = await fetch(absolute(address));
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const style = (await answer.json()) as StyleSpecification;
  const named = (name: string) => `${BENEATH}-${name}`;
  const sources = Object.fromEntries(Object.entries(style.sources).map(([id, source]) => [named(id), source]));
  const layers = style.layers.flatMap((layer) => plain("source" in layer ? { ...layer, source: named(layer.source) } : layer));
  return { sources, layers, by: by ?? Object.values(style.sources).map(creditOf).filter(Boolean).join(" ") };
}

function creditOf(source: SourceSpecification): string {
  return "attribution" in source ? textOf(source.attribution ?? "") : "";
}

/** A layer by a name that is none of ours, without pictures; nothing where it is only pictures. */
function plain(layer: LayerSpecification): LayerSpecification[] {
  const id = layer.id.startsWith(BENEATH) ? layer.id : `${BENEATH}-${layer.id}`;
  if (Object.keys(layer.paint ?? {}).some((name) => name.endsWith("-pattern"))) return [];
  if (layer.type !== "symbol") return [{ ...layer, id }];
  const { "icon-image": picture, "text-font": _, ...layout } = layer.layout ?? {};
  if (picture !== undefined || !layout["text-field"]) return [];
  return [{ ...layer, id, layout: { ...layout, "text-font": ["Atkinson Hyperlegible"] } }];
}

/** Lets the ground be seen through an area or a square. */
function thin(map: GlMap, layer: LayerSpecification): void {
  if (layer.type !== "fill" || !layer.paint?.["fill-color"]) return;
  map.setPaintProperty(layer.id, "fill-opacity", layer.source === "boundaries" ? AREAS_OPACITY : SQUARES_OPACITY);
}

// Workers know of no page to which an address could be relative. The braces of a template stay.
function absolute(address: string): string {
  return address.startsWith("/") ? location.origin + address : address;
}

/** The text of what may be HTML. Nothing of it is run or loaded. */
function textOf(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").body.textContent ?? "";
}

function escaped(text: string): string {
  const box = document.createElement("p");
  box.textContent = text;
  return box.innerHTML;
}
