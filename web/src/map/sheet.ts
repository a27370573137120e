// The one place that speaks to MapLibre. Takes drawings, gives events; keeps no state of the page.
import {
  type GeoJSONSource,
  type LayerSpecification,
  Map as GlMap,
  type MapGeoJSONFeature,
  NavigationControl,
  ScaleControl,
  type StyleSpecification,
  type VectorTileSource,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Position } from "../state";
import { basemapOfPage } from "./basemap";
import type { Beneath } from "./beneath";
import type { Bounds } from "./bounds";
import { type AskPlace, Cursor } from "./cursor";
import { Hold } from "./hold";
import { paletteFor } from "./palette";
import { patternFor, PIXEL_RATIO } from "./patterns";

/** A whole picture. Between two of one map only colours, filters, visibility, tile addresses and GeoJSON may differ. */
export interface Picture {
  theme: "light" | "dark";
  style: StyleSpecification;
}

export interface SquareOnMap {
  id: number;
  level: number;
}

export interface SheetEvents {
  onPick(square: SquareOnMap): void;
  onMove(position: Position): void;
  /** at every step of a movement, for a second map that goes along */
  onStep?(position: Position): void;
  /** level of the squares on screen, or null where there are none; theme of the picture */
  onIdle(level: number | null, theme: "light" | "dark"): void;
  onBusy(): void;
  onTrouble(): void;
}

export interface SheetStart {
  position: Position | null;
  bounds: Bounds | null;
  /** two fingers to move, so that one finger scrolls the page past the map */
  cooperative: boolean;
  /** what the map is of, and where the same is as text */
  title: string;
  /** the layer in which a click looks for a square */
  squares: string;
  /** nothing lies over the map's right side, where a legend does else */
  bare?: boolean;
}

// No motion over 150 ms; MapLibre leaves it out altogether where reduced motion is asked for.
const FLIGHT_MS = 140;
const FIT = { maxZoom: 16, duration: 0 };

export class Sheet {
  readonly #map: GlMap;
  readonly #squares: string;
  readonly #bare: boolean;
  #drawn: Picture;
  #ready = false;
  #waiting: Picture | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;
  readonly #hold: Hold;
  #beneath: Beneath | null = null;

  constructor(box: HTMLElement, start: SheetStart, picture: Picture, events: SheetEvents) {
    this.#drawn = picture;
    this.#squares = start.squares;
    this.#bare = start.bare ?? false;
    this.#map = new GlMap({ container: box, style: picture.style, ...view(start, box), ...options(start) });
    this.#hold = new Hold(this.#map);
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.#map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
    this.#listen(events);
  }

  draw(next: Picture): void {
    if (!this.#ready) {
      this.#waiting = next;
      return;
    }
    if (applyStyle(this.#map, this.#drawn.style, next.style)) this.#hold.begin();
    this.#drawn = next;
    void this.#beneath?.draw(next.theme, next.style);
  }

  flyTo(centre: [number, number], zoom: number): void {
    this.#map.flyTo({ center: centre, zoom: Math.max(zoom, this.#map.getZoom()), duration: FLIGHT_MS });
  }

  jumpTo(position: Position): void {
    this.#map.jumpTo({ center: [position.lon, position.lat], zoom: position.zoom });
  }

  fit(bounds: Bounds): void {
    this.#map.fitBounds(bounds, { ...FIT, padding: padding(this.#map.getContainer(), this.#bare), duration: FLIGHT_MS });
  }

  /** Asks about places: clicked ones, and those below a cross-hair that arrow keys move. Call it once. */
  askPlaces(ask: AskPlace): void {
    this.#map.on("click", ({ lngLat }) => ask([lngLat.lng, lngLat.lat]));
    new Cursor(this.#map, ask);
  }

  /** The square on screen at a place; null where there is none. */
  squareAt(place: [number, number]): SquareOnMap | null {
    const feature = this.#map.queryRenderedFeatures(this.#map.project(place), { layers: [this.#squares] })[0];
    return feature ? squareOf(feature) : null;
  }

  retry(): void {
    for (const [id, tiles] of tileAddresses(this.#drawn.style)) this.#map.getSource<VectorTileSource>(id)?.setTiles(tiles);
  }

  remove(): void {
    clearTimeout(this.#settling);
    this.#map.remove();
  }

  /**
   * Asks for one more frame once all is loaded. Where the last tiles to arrive are unchanged (a 304 after setTiles),
   * MapLibre draws none of its own accord and so never says "idle".
   */
  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.#map.loaded() ? this.#map.triggerRepaint() : this.#settle()), 100);
  }

  async #underlay(): Promise<void> {
    const said = basemapOfPage();
    if (!said) return;
    const { Beneath } = await import("./beneath");
    this.#beneath = new Beneath(this.#map, said);
    await this.#beneath.draw(this.#drawn.theme, this.#drawn.style);
  }

  #listen(events: SheetEvents): void {
    const map = this.#map;
    map.setMissingStyleImageResolver((id) => {
      const picture = patternFor(id, paletteFor(id.endsWith("-dark")));
      if (picture && !map.hasImage(id)) map.addImage(id, picture, { pixelRatio: PIXEL_RATIO });
    });
    map.once("style.load", () => {
      this.#ready = true;
      if (this.#waiting) this.draw(this.#waiting);
      void this.#underlay();
    });
    for (const type of ["movestart", "dataloading", "resize"] as const) map.on(type, () => events.onBusy());
    map.on("dataloading", () => this.#settle());
    map.on("move", () => events.onStep?.(position(map)));
    map.on("moveend", () => events.onMove(position(map)));
    map.on("idle", () => events.onIdle(levelOnScreen(map, this.#squares), this.#drawn.theme));
    map.on("error", (event) => this.#beneath?.faulty(event) || events.onTrouble());
    map.on("click", ({ point }) => {
      const feature = map.queryRenderedFeatures(point, { layers: [this.#squares] })[0];
      if (feature) events.onPick(squareOf(feature));
    });
    map.on("mouseenter", this.#squares, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", this.#squares, () => (map.getCanvas().style.cursor = ""));
  }
}

function options(start: SheetStart) {
  return {
    attributionControl: false as const,
    cooperativeGestures: start.cooperative,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    maxZoom: 18,
    // Without it a browser prints an empty rectangle.
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: {
      "Map.Title": start.title,
      "CooperativeGesturesHandler.MobileHelpText": "Use two fingers to move the map",
      "CooperativeGesturesHandler.WindowsHelpText": "Use Ctrl + scroll to zoom the map",
      "CooperativeGesturesHandler.MacHelpText": "Use ⌘ + scroll to zoom the map",
    },
  };
}

/** Room around the whole area; on a wide map also for the legend, which would lie on it. */
function padding(box: HTMLElement, bare = false) {
  const all = box.clientWidth < 480 ? 16 : 32;
  return { top: all, bottom: all, left: all, right: !bare && box.clientWidth > 760 ? 312 : all };
}

function view(start: SheetStart, box: HTMLElement) {
  if (start.position) return { center: [start.position.lon, start.position.lat] as [number, number], zoom: start.position.zoom };
  return start.bounds ? { bounds: start.bounds, fitBoundsOptions: { ...FIT, padding: padding(box, start.bare) } } : {};
}

function position(map: GlMap): Position {
  const { lng, lat } = map.getCenter();
  return { zoom: map.getZoom(), lat, lon: lng };
}

function squareOf(feature: MapGeoJSONFeature): SquareOnMap {
  return { id: Number(feature.id), level: Number(feature.properties["level"] ?? 0) };
}

function levelOnScreen(map: GlMap, squares: string): number | null {
  const feature = map.queryRenderedFeatures({ layers: [squares] })[0];
  return feature ? squareOf(feature).level : null;
}

function tileAddresses(style: StyleSpecification): [string, string[]][] {
  return Object.entries(style.sources).flatMap(([id, source]) => (source.type === "vector" ? [[id, source.tiles ?? []]] : []));
}

/**
 * Brings the map from one style to the next. MapLibre's own setStyle would take a source whose address changed away
 * and leave a hole until its tiles arrive; this keeps the old squares until the new ones are there. Reports whether any
 * were asked for.
 */
function applyStyle(map: GlMap, from: StyleSpecification, to: StyleSpecification): boolean {
  const before = new Map(tileAddresses(from).map(([id, tiles]) => [id, tiles.join()]));
  const changed = tileAddresses(to).filter(([id, tiles]) => before.get(id) !== tiles.join());
  for (const [id, source] of Object.entries(to.sources)) {
    const old = from.sources[id];
    if (source.type !== "geojson" || (old?.type === "geojson" && old.data === source.data)) continue;
    map.getSource<GeoJSONSource>(id)?.setData(source.data);
  }
  const old = new Map(from.layers.map((layer) => [layer.id, layer]));
  for (const layer of to.layers) applyLayer(map, old.get(layer.id), layer);
  for (const [id, tiles] of changed) {
    // A layer that changes has its source pause until the next frame and then make its tiles of what is there once more. New
    // tiles that are asked for meanwhile would be forgotten; and all are asked for.
    delete map.style._updatedSources[id];
    map.style.tileManagers[id]?.resume();
    map.getSource<VectorTileSource>(id)?.setTiles(tiles);
  }
  return changed.length > 0;
}

function applyLayer(map: GlMap, from: LayerSpecification | undefined, to: LayerSpecification): void {
  const changed = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
  const properties = (part: "paint" | "layout") => Object.entries(to[part] ?? {});
  const was = (part: "paint" | "layout", name: string) => (from?.[part] as Record<string, unknown> | undefined)?.[name];
  for (const [name, value] of properties("paint")) {
    if (changed(was("paint", name), value)) map.setPaintProperty(to.id, name as never, value as never);
  }
  for (const [name, value] of properties("layout")) {
    if (changed(was("layout", name), value)) map.setLayoutProperty(to.id, name as never, value as never);
  }
  if ("filter" in to && changed(from && "filter" in from ? from.filter : null, to.filter)) {
    map.setFilter(to.id, to.filter);
  }
}
