import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useMedia } from "../hooks";
import { type Bounds, boundsOf } from "../map/bounds";
import { paletteFor } from "../map/palette";
import type { Picture, Sheet, SheetEvents } from "../map/sheet";
import type { Loaded, LonLat, Square } from "./contract";
import { Key } from "./key";
import { BANDS, publicStyle } from "./map-style";

interface Props {
  loaded: Loaded;
  chosen: { at: LonLat; square: Square | null } | null;
  onAsk(at: LonLat): void;
  /** the map can't be drawn here */
  onFail(): void;
}

/** Where the map stands between the text, one finger or the wheel must scroll past it; see web/public/edition.css. */
const IN_THE_TEXT = "(max-width: 999px)";

const TITLE =
  "Map of items removed, in squares. The tables hold the same. Arrow keys move a cross-hair, with Shift further; Enter asks about the place below it; plus and minus zoom.";

/** The map with its legend. `data-map` says "busy" or "idle", for tests that have to wait and for nobody else. */
export function PublicMap(props: Props) {
  const { loaded } = props;
  const box = useRef<HTMLDivElement>(null);
  const picture = usePicture(props);
  const bounds = useMemo(() => whole(loaded), [loaded]);
  const sheet = useSheet(box, { ...props, picture, bounds });
  return (
    <section class="map-pane" aria-label="Map">
      <div class="map-box">
        <div class="map" ref={box} data-map="busy" />
        {bounds && (
          <button type="button" class="button whole" onClick={() => sheet.current?.fit(bounds)}>
            Whole area
          </button>
        )}
        <p class="map-hint" aria-hidden="true">
          Arrow keys move the cross-hair (with Shift further). Enter asks. + and − zoom.
        </p>
      </div>
      <Key loaded={loaded} />
    </section>
  );
}

// The areas and what is shown, rather than all empty squares around them.
function whole({ boundary, squares }: Loaded) {
  const shown = { type: "FeatureCollection" as const, features: squares?.features.filter((s) => s.properties.band > 0) ?? [] };
  return boundsOf(boundary, shown) ?? (squares && boundsOf(squares));
}

function usePicture({ loaded, chosen }: Props): Picture {
  const dark = useMedia("(prefers-color-scheme: dark)");
  return useMemo(() => {
    const palette = paletteFor(dark);
    return { theme: palette.name, style: publicStyle({ palette, loaded, chosen }) };
  }, [loaded, chosen?.at, chosen?.square, dark]);
}

// MapLibre is fetched here and not with the page, which is complete without it.
function useSheet(box: { current: HTMLDivElement | null }, props: Props & { picture: Picture; bounds: Bounds | null }): { current: Sheet | null } {
  const sheet = useRef<Sheet | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const cooperative = useMedia(IN_THE_TEXT);
  const [, setThere] = useState(false);
  useEffect(() => {
    let wanted = true;
    const fail = () => wanted && latest.current.onFail();
    import("../map/sheet").then(({ Sheet }) => {
      if (!wanted || !box.current) return;
      const start = { position: null, bounds: latest.current.bounds, cooperative, title: TITLE, squares: BANDS, bare: true };
      sheet.current = new Sheet(box.current, start, latest.current.picture, listeners(box.current, fail));
      sheet.current.askPlaces((at) => latest.current.onAsk(at));
      setThere(true);
    }).catch(fail);
    return () => {
      wanted = false;
      sheet.current?.remove();
      sheet.current = null;
    };
  }, []);
  useEffect(() => sheet.current?.draw(props.picture), [props.picture]);
  return sheet;
}

/** `fail` is called where a part does not arrive before anything was drawn. */
function listeners(box: HTMLElement, fail: () => void): SheetEvents {
  const nothing = () => undefined;
  let drawn = false;
  return {
    onPick: nothing,
    onMove: nothing,
    onTrouble: () => drawn || fail(),
    onBusy: () => box.setAttribute("data-map", "busy"),
    onIdle: (_, theme) => {
      drawn = true;
      box.setAttribute("data-map", "idle");
      // The legend goes by the theme that the map was drawn in; see styles/map.css.
      box.closest(".map-pane")?.setAttribute("data-theme", theme);
    },
  };
}
