import type { Ref } from "preact";
import { useRef } from "preact/hooks";
import type { MapHandle } from "../../map/map-view";
import type { TrueSquare } from "./contract";
import type { DraftProps } from "./draft";
import { DraftMaps } from "./maps";
import { SquareTable } from "./square-table";
import { centreOf } from "./squares";
import { policySentences, squareSentences, squaresSentence } from "./words";

/** What the public would see beside the truth: as two maps, as a table, and square by square. */
export function Look(props: DraftProps & { squares: TrueSquare[] }) {
  const { draft, squares, state, change } = props;
  const map = useRef<MapHandle>(null);
  const picked = squares.findIndex((s) => s.square === state.square);
  const pick = (square: TrueSquare) => {
    change({ square: square.square });
    map.current?.flyTo(centreOf(square));
  };
  const why = draft.edition.map.why_none;
  return (
    <section class="part" aria-labelledby="look-title">
      <h2 id="look-title" tabIndex={-1}>
        The two maps
      </h2>
      <p>{why ? `There would be no public map: ${why}` : squaresSentence(squares)}</p>
      {policySentences(draft.edition.policy).map((text) => (
        <p key={text} class="quiet">
          {text}
        </p>
      ))}
      {squares.length > 0 && (
        <>
          <DraftMaps {...props} picked={picked} handle={map as Ref<MapHandle>} />
          <OneSquare square={squares[picked]} {...props} />
          <SquareTable edition={draft.edition} squares={squares} which={state.listed} picked={state.square} change={change} onPick={pick} />
        </>
      )}
    </section>
  );
}

function OneSquare({ square, draft, change }: DraftProps & { square: TrueSquare | undefined }) {
  return (
    <div class="one-square" role="status">
      {square ? (
        <>
          <span>
            <strong>{square.square}</strong>: {squareSentences(square, draft.edition).join(" ")}
          </span>
          <button type="button" class="button" onClick={() => change({ square: null })}>
            Let it go
          </button>
        </>
      ) : (
        <span>Pick a square on a map or in the table, to read what is known of it.</span>
      )}
    </div>
  );
}
