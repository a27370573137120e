import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useMemo, useRef } from "preact/hooks";
import { type Boundaries, boundariesUrl, type Scheme } from "../../api";
import { NO_AREAS } from "../../drawing";
import { PHONE, useJson, useMedia } from "../../hooks";
import { AreaMarks } from "../../map/legend";
import { type MapHandle, MapView } from "../../map/map-view";
import { paletteFor } from "../../map/palette";
import type { Picture } from "../../map/sheet";
import type { Position } from "../../state";
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
  const pair = usePair(props);
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

/** Whichever of the two moves takes the other along. */
function usePair({ state, change, returned, handle }: Props) {
  const left = useRef<MapHandle>(null);
  const right = useRef<MapHandle>(null);
  // A map that is taken along tells of it, too; that is not to be heard.
  const following = useRef(false);
  const take = (other: { current: MapHandle | null }, position: Position) => {
    if (following.current) return;
    following.current = true;
    other.current?.jumpTo(position);
    following.current = false;
  };
  const onMove = (position: Position) => {
    if (!following.current) change({ position }, "replace");
  };
  useEffect(() => {
    const { position } = state;
    if (returned > 0 && position) right.current?.jumpTo(position);
  }, [returned]);
  useImperativeHandle(handle, () => ({
    flyTo: (centre) => right.current?.flyTo(centre),
    jumpTo: (position) => right.current?.jumpTo(position),
    squareAt: (place) => right.current?.squareAt(place) ?? null,
  }), []);
  return {
    left: { handle: left as Ref<MapHandle>, onMove, onStep: (position: Position) => take(right, position) },
    right: { handle: right as Ref<MapHandle>, onMove, onStep: (position: Position) => take(left, position) },
  };
}
