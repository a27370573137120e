import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Scheme } from "../api";
import type { Position } from "../state";
import type { Bounds } from "./bounds";
import { type Picture, Sheet, type SquareOnMap } from "./sheet";

/** What the page may tell the map to do, beside what it draws. */
export interface MapHandle {
  flyTo(centre: [number, number]): void;
  jumpTo(position: Position): void;
  fit(bounds: Bounds): void;
  /** the square on screen at a place */
  squareAt(place: [number, number]): SquareOnMap | null;
}

interface Props {
  handle: Ref<MapHandle>;
  scheme: Scheme;
  picture: Picture;
  /** what the map is of, and where the same is as text */
  title: string;
  /** names the map among several of a page */
  label?: string;
  /** the layer in which a click looks for a square */
  squares: string;
  position: Position | null;
  /** a narrow screen, where one finger must scroll the page */
  cooperative: boolean;
  onPick(square: SquareOnMap): void;
  onMove(position: Position): void;
  onStep?(position: Position): void;
  onLevel(level: number | null): void;
  /** a place was clicked, or pointed at by keyboard with a cross-hair */
  onPlace?(place: [number, number]): void;
  children: preact.ComponentChildren;
}

/** A level-0 square is about 90 px wide here. */
const PLACE_ZOOM = 15;

/** The map. `data-map` says "busy" or "idle", for tests that have to wait and for nobody else. */
export function MapView(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const sheet = useRef<Sheet | null>(null);
  const [trouble, setTrouble] = useState(false);
  // Listeners are put on once; through this they reach the functions of the latest render.
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const { scheme, position, cooperative, picture, title, squares } = latest.current;
    const start = { position, bounds: scheme.bounds, cooperative, title, squares };
    sheet.current = new Sheet(element, start, picture, listeners(element, latest, setTrouble));
    if (latest.current.onPlace) sheet.current.askPlaces((place) => latest.current.onPlace?.(place));
    return () => sheet.current?.remove();
  }, []);
  // Before the page is painted, so that the map is asked in the same frame.
  useLayoutEffect(() => sheet.current?.draw(props.picture), [props.picture]);
  useImperativeHandle(props.handle, () => ({
    flyTo: (centre) => sheet.current?.flyTo(centre, PLACE_ZOOM),
    jumpTo: (position) => sheet.current?.jumpTo(position),
    fit: (bounds) => sheet.current?.fit(bounds),
    squareAt: (place) => sheet.current?.squareAt(place) ?? null,
  }), []);

  const { bounds } = props.scheme;
  const retry = () => {
    setTrouble(false);
    sheet.current?.retry();
  };
  return (
    <section class="map-pane" aria-label={props.label ?? "Map"}>
      <div class="map" ref={box} data-map="busy" />
      {bounds && (
        <button type="button" class="button whole" onClick={() => sheet.current?.fit(bounds)}>
          Whole area
        </button>
      )}
      {trouble && <MapTrouble onRetry={retry} />}
      {props.children}
    </section>
  );
}

function listeners(box: HTMLElement, latest: { current: Props }, setTrouble: (trouble: boolean) => void) {
  return {
    onPick: (square: SquareOnMap) => latest.current.onPick(square),
    onMove: (position: Position) => latest.current.onMove(position),
    onStep: (position: Position) => latest.current.onStep?.(position),
    onBusy: () => box.setAttribute("data-map", "busy"),
    onIdle: (level: number | null, theme: string) => {
      box.setAttribute("data-map", "idle");
      box.parentElement?.setAttribute("data-theme", theme);
      latest.current.onLevel(level);
    },
    onTrouble: () => setTrouble(true),
  };
}

function MapTrouble({ onRetry }: { onRetry(): void }) {
  return (
    <div class="map-trouble" role="alert">
      <p>Part of the map could not be loaded. The numbers beside it are complete.</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
