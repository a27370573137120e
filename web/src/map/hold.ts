// Paints nothing between a change of tiles and their arrival. MapLibre would paint the old squares in the new colours, and where
// graphics are slow each such frame holds up the one that is waited for.
import type { Map as GlMap } from "maplibre-gl";

/** After this old squares in new colours are better than none. */
export const LONGEST_MS = 250;

export class Hold {
  readonly #map: GlMap;
  #until = 0;

  constructor(map: GlMap) {
    this.#map = map;
    const painter = map.painter;
    const render = painter.render;
    painter.render = (...given) => {
      if (this.#holds()) map.triggerRepaint();
      else render.apply(painter, given);
    };
    map.on("sourcedata", (event) => {
      if ("tile" in event && event.tile && map.areTilesLoaded()) this.#end();
    });
    map.on("error", () => this.#end());
  }

  begin(): void {
    this.#until = performance.now() + LONGEST_MS;
  }

  #holds(): boolean {
    return performance.now() < this.#until && !this.#map.isMoving();
  }

  #end(): void {
    this.#until = 0;
  }
}
