// A cross-hair over the map for those who use no mouse: arrow keys move it, Enter asks about the place below it.
import type { Map as GlMap } from "maplibre-gl";

export type AskPlace = (place: [number, number]) => void;

type Step = [number, number];

const STEPS: Record<string, Step> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOMS: Record<string, number> = { "+": 1, "=": 1, "-": -1, _: -1 };
const STEP_PX = 12;
const FAR_PX = 60;
/** How near to the edge of the map it comes before the map moves. */
const MARGIN_PX = 32;

/** Takes the keys of the map, which it moves along where it comes to the edge; plus and minus zoom about it. */
export class Cursor {
  readonly #map: GlMap;
  readonly #mark = document.createElement("div");
  readonly #ask: AskPlace;
  #at: { lng: number; lat: number } | null = null;

  constructor(map: GlMap, ask: AskPlace) {
    this.#map = map;
    this.#ask = ask;
    this.#mark.className = "cross-hair";
    this.#mark.hidden = true;
    map.getCanvasContainer().append(this.#mark);
    // So that a screen reader leaves the arrow keys to it.
    map.getCanvas().setAttribute("role", "application");
    this.#listen(map.getCanvas());
    map.on("move", () => this.#place());
    map.on("resize", () => this.#place());
  }

  #listen(canvas: HTMLCanvasElement): void {
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#press(event.key, event.shiftKey)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.#show());
    canvas.addEventListener("blur", () => (this.#mark.hidden = true));
    canvas.addEventListener("pointerdown", () => (this.#mark.hidden = true));
  }

  /** Whether the key was one of the cross-hair's. */
  #press(key: string, far: boolean): boolean {
    const [step, zoom] = [STEPS[key], ZOOMS[key]];
    if (!step && !zoom && key !== "Enter" && key !== " ") return false;
    this.#show();
    if (step) this.#move(step, far ? FAR_PX : STEP_PX);
    else if (zoom) this.#zoom(zoom);
    else if (this.#at) this.#ask([this.#at.lng, this.#at.lat]);
    return true;
  }

  #show(): void {
    this.#at ??= this.#map.getCenter();
    this.#mark.hidden = false;
    this.#place();
  }

  #move([dx, dy]: Step, px: number): void {
    if (!this.#at) return;
    const { x, y } = this.#map.project(this.#at);
    const at = { x: x + dx * px, y: y + dy * px };
    this.#at = this.#map.unproject([at.x, at.y]);
    this.#map.panBy([beyond(at.x, this.#map.getCanvas().clientWidth), beyond(at.y, this.#map.getCanvas().clientHeight)], { duration: 0 });
    this.#place();
  }

  // About the cross-hair, so that it stays where it is.
  #zoom(by: number): void {
    if (this.#at) this.#map.easeTo({ zoom: Math.round(this.#map.getZoom()) + by, around: [this.#at.lng, this.#at.lat], duration: 0 });
  }

  #place(): void {
    if (!this.#at || this.#mark.hidden) return;
    const { x, y } = this.#map.project(this.#at);
    this.#mark.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}

/** How far the map must move for a point to keep clear of its two edges. */
function beyond(at: number, size: number): number {
  return Math.max(0, at - (size - MARGIN_PX)) + Math.min(0, at - MARGIN_PX);
}
