import { useEffect, useState } from "preact/hooks";
import { formatNumber, plural } from "../../format";
import type { Change } from "../../hooks";
import type { Listed, StewardState } from "../state";
import { stepsOf } from "./bands";
import type { Edition, TrueSquare } from "./contract";
import { listed } from "./squares";
import { publicWords } from "./words";

interface Props {
  edition: Edition;
  squares: TrueSquare[];
  which: Listed;
  /** name of the picked square */
  picked: string | null;
  change: Change<StewardState>;
  onPick(square: TrueSquare): void;
}

const PART = 50;

const CHOICES: [Listed, string][] = [
  ["found", "All with items"],
  ["shown", "Shown"],
  ["hidden", "With items, not shown"],
];

/** The squares of both maps as a table, those with most items first. */
export function SquareTable({ edition, squares, which, picked, change, onPick }: Props) {
  const rows = listed(squares, which);
  const [room, setRoom] = useState(PART);
  useEffect(() => setRoom(PART), [which]);
  return (
    <>
      <h3>The squares</h3>
      <div class="square-choice" role="group" aria-label="Squares listed">
        {CHOICES.map(([id, title]) => (
          <button key={id} type="button" class="button" aria-pressed={id === which} onClick={() => change({ listed: id }, "replace")}>
            {title}
          </button>
        ))}
        <span class="quiet" role="status">
          {plural(rows.length, "square")}
        </span>
      </div>
      {rows.length > 0 && (
        <div class="table-scroll squares" tabIndex={0} role="region" aria-label="Table of squares">
          <table class="numbers ranked records">
            <Head />
            <tbody>
              {rows.slice(0, room).map((s) => (
                <Row key={s.square} square={s} edition={edition} picked={s.square === picked} onPick={onPick} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > room && (
        <button type="button" class="button" onClick={() => setRoom(room + 4 * PART)}>
          Show more
        </button>
      )}
    </>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        <th scope="col" class="words">
          Square
        </th>
        {["Items", "Days with items", "Most in a day"].map((title) => (
          <th key={title} scope="col">
            {title}
          </th>
        ))}
        {["The public sees", "Why not"].map((title) => (
          <th key={title} scope="col" class="words">
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  square: TrueSquare;
  edition: Edition;
  picked: boolean;
  onPick(square: TrueSquare): void;
}

function Row({ square: s, edition, picked, onPick }: RowProps) {
  const step = stepsOf(edition).find(({ band }) => band === s.band)?.step;
  return (
    <tr class={picked ? "marked" : ""}>
      <th scope="row">
        <button type="button" class="place" aria-pressed={picked} onClick={() => onPick(s)}>
          {s.square}
        </button>
      </th>
      <td>{formatNumber(s.items)}</td>
      <td>{formatNumber(s.days)}</td>
      <td>{formatNumber(s.most_in_a_day)}</td>
      <td class="words">
        <span class="legend-row">
          <span class={`swatch ${step === undefined ? "swatch-none" : `violet-${step}`}`} /> {publicWords(s, edition)}
        </span>
      </td>
      <td class="words why">{s.why}</td>
    </tr>
  );
}
