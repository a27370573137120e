// Two maps that show the same place: whichever moves takes the other along.
import type { Ref, RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Position } from "../state";
import type { MapHandle } from "./map-view";

/**
 * Handles of two maps, and what each has to be told. `onMoved` hears of it where someone moved one; `second` is the handle of the
 * right one, where the page has it already.
 */
export function usePair(onMoved: (position: Position) => void, second?: RefObject<MapHandle | null>) {
  const left = useRef<MapHandle>(null);
  const own = useRef<MapHandle>(null);
  const right = second ?? own;
  // A map that is taken along tells of it, too; that is not to be heard.
  const following = useRef(false);
  const take = (other: { current: MapHandle | null }, position: Position) => {
    if (following.current) return;
    following.current = true;
    other.current?.jumpTo(position);
    following.current = false;
  };
  const onMove = (position: Position) => {
    if (!following.current) onMoved(position);
  };
  return {
    left: { map: left, handle: left as Ref<MapHandle>, onMove, onStep: (position: Position) => take(right, position) },
    right: { map: right, handle: right as Ref<MapHandle>, onMove, onStep: (position: Position) => take(left, position) },
  };
}
