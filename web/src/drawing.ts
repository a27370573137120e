import { useMemo } from "preact/hooks";
import { asksNothing, type Boundaries, type Filter, tilesUrl } from "./api";
import { useMedia } from "./hooks";
import { mapStyle } from "./map/layers";
import { paletteFor } from "./map/palette";
import type { Picture } from "./map/sheet";
import type { Value } from "./plan/contract";
import type { State } from "./state";
import { countWeeks, type Range } from "./weeks";

export const NO_AREAS: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

interface Input {
  filter: Filter & { range: Range };
  boundaries: Boundaries | null;
  square: State["square"];
  centre: [number, number] | null;
  /** null: squares are not scored */
  scores: Value | null;
}

/** What the map shows; the same object for as long as nothing changes, so that the map is left alone. */
export function usePicture({ filter, boundaries, square, centre, scores }: Input): Picture {
  const dark = useMedia("(prefers-color-scheme: dark)");
  const at = centre?.join() ?? null;
  return useMemo(() => {
    const palette = paletteFor(dark);
    const style = mapStyle({
      palette,
      hotspotTiles: tilesUrl(location.origin, "hotspots", filter, scores ? { scores } : {}),
      pickupTiles: tilesUrl(location.origin, "pickups", filter),
      boundaries: boundaries ?? NO_AREAS,
      weeks: countWeeks(filter.range),
      showCounts: !asksNothing(filter),
      selected: square && { id: square.id, centre },
    });
    return { theme: palette.name, style };
  }, [filter, boundaries, square?.id, at, scores, dark]);
}
