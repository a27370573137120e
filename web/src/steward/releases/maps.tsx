import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useMemo } from "preact/hooks";
import { type Boundaries, boundariesUrl, type Scheme } from "../../api";
import { NO_AREAS } from "../../drawing";
import { PHONE, useJson, useMedia } from "../../hooks";
import { AreaMarks } from "../../map/legend";
import { type MapHandle, MapView } from "../../map/map-view";
import { usePair } from "../../map/pair";
import { paletteFor } from "../../map/palette";
import type { Picture } from "../../map/sheet";
import { countWeeks, lastDay } from "../../weeks";
import { stepsOf } from "./bands";
import type { TrueSquare } from "./contract";
import type { DraftProps } from "./draft";
import { PublicKey, TruthKey } from "./key";
import { DRAFT_SQUARES, publicStyle, truthStyle } from "./map-style";
import { boundsOf, densityCuts, numberPoints, polygons } from "./squares";

interface Props extends DraftProps {
  squares: TrueSquare[];
  /** place of the picked square in the list, -1 for none */
  picked: number;
  handle: Ref<MapHandle>;
}

/** The public's map and the truth, side by side, moving together. */
export function DraftMaps(props: Props) {
  const { draft, line, squares, picked } = props;
  const boundaries = useJson<Boundaries>(boundariesUrl(lastDay(line)));
  const pictures = usePictures(props, boundaries.data);
  const pair = useDraftPair(props);
  const scheme: Scheme = useMemo(() => ({ ...props.scheme, bounds: boundsOf(squares) }), [squares]);
  const shared = {
    scheme,
    squares: DRAFT_SQUARES,
    position: props.state.position,
    cooperative: useMedia(PHONE),
    onPick: ({ id }: { id: number }) => props.change({ square: squares[id]?.square ?? null }),
    onLevel: () => {},
    children: null,
  };
  return (
    <>
      <div class="two-maps" data-picked={picked}>
        <div class="one-map">
          <h3>What the public would see</h3>
          <MapView {...shared} {...pair.left} picture={pictures.left} label="Map that the public would see" title="Map that the public would see. The table below holds the same." />
          <PublicKey edition={draft.edition} />
        </div>
        <div class="one-map">
          <h3>The truth, for you alone</h3>
          <MapView {...shared} {...pair.right} picture={pictures.right} label="Map of the truth" title="Map of the truth. The table below holds the same." />
          <TruthKey cuts={densityCuts(countWeeks(line))} />
        </div>
      </div>
      <div class="area-key">
        <AreaMarks scheme={props.scheme} boundaries={boundaries.data} day={lastDay(line)} />
      </div>
    </>
  );
}

function usePictures({ draft, line, squares, picked }: Props, boundaries: Boundaries | null): { left: Picture; right: Picture } {
  const dark = useMedia("(prefers-color-scheme: dark)");
  const data = useMemo(() => ({ squares: polygons(squares), numbers: numberPoints(squares) }), [squares]);
  return useMemo(() => {
    const palette = paletteFor(dark);
    const common = { palette, squares: data.squares, boundaries: boundaries ?? NO_AREAS, selected: picked };
    const left = publicStyle({ ...common, steps: stepsOf(draft.edition) });
    const right = truthStyle({ ...common, numbers: data.numbers, cuts: densityCuts(countWeeks(line)) });
    return { left: { theme: palette.name, style: left }, right: { theme: palette.name, style: right } };
  }, [data, boundaries, picked, dark]);
}

/** The pair, which follows the address and whoever picks a square in the table. */
function useDraftPair({ state, change, returned, handle }: Props) {
  const { left, right } = usePair((position) => change({ position }, "replace"));
  const { map } = right;
  useEffect(() => {
    const { position } = state;
    if (returned > 0 && position) map.current?.jumpTo(position);
  }, [returned]);
  useImperativeHandle(handle, () => ({
    flyTo: (centre) => map.current?.flyTo(centre),
    jumpTo: (position) => map.current?.jumpTo(position),
    fit: (bounds) => map.current?.fit(bounds),
    squareAt: (place) => map.current?.squareAt(place) ?? null,
  }), []);
  return { left: toldOf(left), right: toldOf(right) };
}

function toldOf({ handle, onMove, onStep }: ReturnType<typeof usePair>["left"]) {
  return { handle, onMove, onStep };
}
