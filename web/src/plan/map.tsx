import type { Ref } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asksNothing, type Boundaries, boundariesUrl, tilesUrl } from "../api";
import { NO_AREAS } from "../drawing";
import { PHONE, ROOMY, useJson, useMedia } from "../hooks";
import type { Bounds } from "../map/bounds";
import { ITEM_CUTS } from "../map/cuts";
import { SQUARES } from "../map/layers";
import { AreaMarks, Ramp } from "../map/legend";
import { type MapHandle, MapView } from "../map/map-view";
import { paletteFor } from "../map/palette";
import type { Picture, SquareOnMap } from "../map/sheet";
import { countWeeks, lastDay } from "../weeks";
import type { Place } from "./contract";
import type { PlanModel } from "./model";
import { type Marks, planStyle } from "./style";

interface Props {
  m: PlanModel;
  marks: Marks;
  /** what the map is of, and where the same is as text */
  title: string;
  /** what the marks mean, for the legend */
  legend: preact.ComponentChildren;
  /** what to go to once it is there; null stays where one is */
  extent?: Bounds | null;
  /** the picked square, where one is picked here */
  square?: SquareOnMap | null;
  /** A place was clicked or pointed at, with the square that is there. */
  onPlace(place: Place, square: SquareOnMap | null): void;
}

/** Counts in squares, with a plan on them. */
export function PlanMap({ m, marks, title, legend, extent = null, square = null, onPlace }: Props) {
  const [level, setLevel] = useState<number | null>(null);
  const boundaries = useJson<Boundaries>(boundariesUrl(lastDay(m.filter.range)));
  const picture = usePlanPicture(m, boundaries.data, marks, square);
  const map = useRef<MapHandle>(null);
  const { position } = m.state;
  useEffect(() => {
    if (m.returned > 0 && position) map.current?.jumpTo(position);
  }, [m.returned]);
  // An address that says where to look is believed first.
  const believed = useRef(position !== null);
  useEffect(() => {
    if (!extent) return;
    if (!believed.current) map.current?.fit(extent);
    believed.current = false;
  }, [extent]);
  const roomy = useMedia(ROOMY);
  return (
    <MapView
      scheme={m.scheme}
      picture={picture}
      title={title}
      squares={SQUARES}
      handle={map as Ref<MapHandle>}
      position={position}
      cooperative={useMedia(PHONE)}
      onPick={() => undefined}
      onPlace={(place) => onPlace(place, map.current?.squareAt(place) ?? null)}
      onMove={(now) => m.change({ position: now }, "replace")}
      onLevel={setLevel}
    >
      <details class="legend" key={roomy ? "open" : "folded"} open={roomy}>
        <summary>Legend</summary>
        <h2 class="unseen">What the marks mean</h2>
        <ul>{legend}</ul>
        {level !== null && <Ramp what="Items" level={level} weeks={countWeeks(m.filter.range)} base={ITEM_CUTS} />}
        <AreaMarks scheme={m.scheme} boundaries={boundaries.data} day={lastDay(m.filter.range)} />
      </details>
    </MapView>
  );
}

function usePlanPicture(m: PlanModel, boundaries: Boundaries | null, marks: Marks, square: SquareOnMap | null): Picture {
  const dark = useMedia("(prefers-color-scheme: dark)");
  const { filter } = m;
  return useMemo(() => {
    const palette = paletteFor(dark);
    const drawing = {
      palette,
      hotspotTiles: tilesUrl(location.origin, "hotspots", filter),
      pickupTiles: tilesUrl(location.origin, "pickups", filter),
      boundaries: boundaries ?? NO_AREAS,
      weeks: countWeeks(filter.range),
      showCounts: !asksNothing(filter),
      selected: square && { id: square.id, centre: null },
    };
    return { theme: palette.name, style: planStyle(drawing, marks) };
  }, [filter, boundaries, marks, square?.id, dark]);
}

interface MarkProps {
  kind: "start" | "stop" | "must" | "site" | "reach";
  label?: string;
  children: preact.ComponentChildren;
}

export function LegendMark({ kind, label = "", children }: MarkProps) {
  return (
    <li class="legend-row">
      <span class={`plan-mark plan-${kind}`} aria-hidden="true">
        {label}
      </span>{" "}
      {children}
    </li>
  );
}
