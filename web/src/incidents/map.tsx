import type { Ref, RefObject } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Boundaries, boundariesUrl, type Scheme } from "../api";
import { NO_AREAS } from "../drawing";
import { PHONE, ROOMY, useJson, useMedia } from "../hooks";
import { REPORT_CUTS } from "../map/cuts";
import { AreaMarks, Ramp } from "../map/legend";
import { type MapHandle, MapView } from "../map/map-view";
import { paletteFor } from "../map/palette";
import type { Picture } from "../map/sheet";
import { countWeeks, lastDay, type Range } from "../weeks";
import { asksNothing, CATEGORIES, type Category, type IncidentFilter, incidentTilesUrl } from "./contract";
import { INCIDENT_SQUARES, INCIDENT_ZOOM, incidentStyle } from "./map-style";
import type { IncidentModel } from "./model";
import { drawnOf, shownCategories } from "./state";

interface Props {
  m: IncidentModel;
  filter: IncidentFilter & { range: Range };
  map: RefObject<MapHandle | null>;
}

/** Squares of one category at a time, and single reports from close by. */
export function IncidentMap({ m, filter, map }: Props) {
  const [level, setLevel] = useState<number | null>(null);
  const boundaries = useJson<Boundaries>(boundariesUrl(lastDay(filter.range)));
  const drawn = drawnOf(m.state);
  const picture = useIncidentPicture(filter, boundaries.data, drawn);
  const { position } = m.state;
  useEffect(() => {
    if (m.returned > 0 && position) map.current?.jumpTo(position);
  }, [m.returned]);
  const roomy = useMedia(ROOMY);
  return (
    <MapView
      scheme={m.scheme}
      picture={picture}
      title="Map of reports. The tables and the list of latest reports hold the same."
      squares={INCIDENT_SQUARES}
      handle={map as Ref<MapHandle>}
      position={position}
      cooperative={useMedia(PHONE)}
      onPick={(square) => m.change({ square })}
      onMove={(now) => m.change({ position: now }, "replace")}
      onLevel={setLevel}
    >
      <DrawnSwitch m={m} drawn={drawn} />
      <details class="legend" key={roomy ? "open" : "folded"} open={roomy}>
        <summary>Legend</summary>
        <Marks {...{ scheme: m.scheme, boundaries: boundaries.data, level, drawn, filter }} near={(position?.zoom ?? 0) >= INCIDENT_ZOOM} />
      </details>
    </MapView>
  );
}

function useIncidentPicture(filter: IncidentFilter & { range: Range }, boundaries: Boundaries | null, drawn: Category | null): Picture {
  const dark = useMedia("(prefers-color-scheme: dark)");
  return useMemo(() => {
    const palette = paletteFor(dark);
    // The map keeps the other squares about the picked one, and both categories.
    const all = { ...filter, categories: null, square: null };
    const style = incidentStyle({
      palette,
      squareTiles: incidentTilesUrl(location.origin, "incident-hotspots", all),
      pointTiles: incidentTilesUrl(location.origin, "incidents", all),
      boundaries: boundaries ?? NO_AREAS,
      weeks: countWeeks(filter.range),
      drawn: asksNothing(filter) ? null : drawn,
      selected: filter.square,
    });
    return { theme: palette.name, style };
  }, [filter, boundaries, drawn, dark]);
}

/** Which category is drawn: always one of the two. */
function DrawnSwitch({ m, drawn }: { m: IncidentModel; drawn: Category | null }) {
  const shown = shownCategories(m.state.categories);
  return (
    <div class="drawn" role="group" aria-label="Drawn on the map">
      {CATEGORIES.filter(({ id }) => shown.includes(id)).map(({ id, title }) => (
        <button key={id} type="button" class="button" aria-pressed={id === drawn} onClick={() => m.change({ drawn: id }, "replace")}>
          {title}
        </button>
      ))}
    </div>
  );
}

interface MarksProps {
  scheme: Scheme;
  boundaries: Boundaries | null;
  level: number | null;
  drawn: Category | null;
  filter: IncidentFilter & { range: Range };
  /** single reports are drawn */
  near: boolean;
}

function Marks({ scheme, boundaries, level, drawn, filter, near }: MarksProps) {
  return (
    <>
      {level === null || !drawn ? (
        <p class="quiet">No report {drawn ? `of ${drawn} ` : ""}in this part of the map.</p>
      ) : (
        <Ramp what={`Reports of ${drawn}`} level={level} weeks={countWeeks(filter.range)} base={REPORT_CUTS} />
      )}
      {near && drawn && (
        <ul>
          <li class="legend-row">
            <span class="swatch swatch-pickup" /> One report of {drawn}
          </li>
        </ul>
      )}
      <AreaMarks {...{ scheme, boundaries }} day={lastDay(filter.range)} />
    </>
  );
}
