import type { Ref } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Boundaries, boundariesUrl, type ClassId, type Scheme } from "../api";
import { NO_AREAS } from "../drawing";
import { formatDate } from "../format";
import { PHONE, ROOMY, useJson, useMedia } from "../hooks";
import { type MapHandle, MapView } from "../map/map-view";
import { paletteFor } from "../map/palette";
import type { Row } from "./contract";
import { boundsOf, latestDay, POINTS, POINT_CLASSES, rowStyle } from "./map-style";

export interface RowMapProps {
  scheme: Scheme;
  rows: Row[];
  /** line of the picked row */
  picked: number | null;
  onPick(line: number): void;
}

/** The places of the first rows, before anything is stored. */
export function RowMap({ scheme, rows, picked, onPick }: RowMapProps) {
  const day = latestDay(rows, new Date().toISOString().slice(0, 10));
  const boundaries = useJson<Boundaries>(boundariesUrl(day));
  const bounds = boundsOf(rows);
  const here = useMemo(() => ({ ...scheme, bounds }), [scheme, bounds.join()]);
  const picture = useRowPicture(rows, boundaries.data, picked);
  const map = useRef<MapHandle>(null);
  useEffect(() => {
    const point = rows.find((row) => row.line === picked)?.point;
    if (point) map.current?.flyTo(point);
  }, [picked]);
  const roomy = useMedia(ROOMY);
  return (
    <MapView
      // Other columns may lead to quite another part of the world: then the map begins anew.
      key={bounds.join()}
      scheme={here}
      picture={picture}
      title="Map of the first rows. The table of the first rows holds the same."
      label="Map of the first rows"
      squares={POINTS}
      handle={map as Ref<MapHandle>}
      position={null}
      cooperative={useMedia(PHONE)}
      onPick={({ id }) => onPick(id)}
      onMove={() => undefined}
      onLevel={() => undefined}
    >
      <details class="legend" key={roomy ? "open" : "folded"} open={roomy}>
        <summary>Legend</summary>
        <h3>Rows, and areas of {formatDate(day)}</h3>
        <ul>
          {POINT_CLASSES.filter((id) => id !== "unclassified" || rows.some((row) => row.class === id)).map((id) => (
            <li key={id} class="legend-row">
              <PointMark id={id} /> {scheme.classes.find((c) => c.id === id)?.title ?? id}
            </li>
          ))}
        </ul>
      </details>
    </MapView>
  );
}

function useRowPicture(rows: Row[], boundaries: Boundaries | null, picked: number | null) {
  const dark = useMedia("(prefers-color-scheme: dark)");
  return useMemo(() => {
    const palette = paletteFor(dark);
    return { theme: palette.name, style: rowStyle({ palette, rows, picked, boundaries: boundaries ?? NO_AREAS }) };
  }, [rows, boundaries, picked, dark]);
}

/** The mark of a place of a class, as the map has it. */
function PointMark({ id }: { id: ClassId }) {
  return (
    <svg class={`point point-${id}`} width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true" focusable="false">
      <circle class="ring" r={id === "outside" || id === "unclassified" ? 4 : 7} />
      {(id === "managed" || id === "non_residential") && <circle class="core" r="2.5" />}
    </svg>
  );
}
