import { useMemo, useState } from "preact/hooks";
import { useSlow } from "../hooks";
import { PatternDefs } from "../marks";
import { AboutMyPlace } from "./about";
import { answer, type Chosen } from "./answer";
import { Chooser } from "./chooser";
import type { Index, Loaded } from "./contract";
import { Downloads } from "./downloads";
import { chosenEdition, useDay, useLoaded, usePostcodes, useTrend } from "./hooks";
import { PublicMap } from "./map";
import { ItemTables, MapTable } from "./tables";
import { canDraw } from "./webgl";
import { periodTitle, wholeArea } from "./words";

interface Props {
  latest: Loaded;
  /** address of the folder of all editions, with a slash at the end */
  root: string;
  index: Index;
}

/** An edition in the order in which it is read on a phone: sentence, map, my place, tables. */
export function EditionPage({ latest, root, index }: Props) {
  const { from, listed, notice } = chosenEdition(index, latest.edition.period.from, useDay());
  const { loaded, stale, trouble, retry } = useLoaded(latest, listed ? `${root}${listed.folder}/` : latest.folder);
  const postcodes = usePostcodes(root);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [drawable, setDrawable] = useState(canDraw);
  const result = useMemo(() => chosen && answer(loaded, chosen), [loaded, chosen]);
  const faded = useSlow(stale && !trouble);
  const own = index.editions.find((e) => e.from === loaded.edition.period.from && !e.withdrawn) ?? null;
  const drawn = drawable && loaded.squares !== null;
  return (
    <div class={faded ? "edition is-stale" : "edition"} data-shown={loaded.edition.period.from}>
      <PatternDefs />
      {loaded.edition.synthetic && <p class="made-up">{loaded.edition.place} is a made-up town, and these are made-up numbers.</p>}
      <Chooser editions={index.editions} from={from} />
      {notice && <p class="trouble">{notice}</p>}
      {trouble && <Trouble onRetry={retry} />}
      <Headline loaded={loaded} />
      {drawn && (
        <PublicMap
          loaded={loaded}
          chosen={chosen && { at: chosen.at, square: result?.square ?? null }}
          onAsk={(at) => setChosen({ at, postcode: null })}
          onFail={() => setDrawable(false)}
        />
      )}
      {!drawn && <NoMap why={loaded.edition.map.why_none} asks={postcodes !== null} />}
      <AboutMyPlace map={drawn} postcodes={postcodes} sentences={result?.sentences ?? null} onAsk={setChosen} />
      <Trend loaded={loaded} root={root} index={index} />
      <ItemTables edition={loaded.edition} />
      {loaded.squares && <MapTable edition={loaded.edition} squares={loaded.squares} />}
      <Downloads loaded={loaded} root={root} listed={own} />
    </div>
  );
}

function Headline({ loaded }: { loaded: Loaded }) {
  return (
    <>
      <h2>
        {loaded.edition.place}, {periodTitle(loaded.edition.period)}
      </h2>
      <p class="sentence">{wholeArea(loaded.edition)}</p>
    </>
  );
}

function Trend({ loaded, root, index }: Pick<Props, "root" | "index"> & { loaded: Loaded }) {
  const trend = useTrend(root, index, loaded.edition);
  return (
    <section class="trend" aria-labelledby="trend-title">
      <h2 id="trend-title">Is it getting better?</h2>
      <p>{trend ?? "Comparing with other editions."}</p>
    </section>
  );
}

function NoMap({ why, asks }: { why: string; asks: boolean }) {
  if (why) return <p class="no-map">There is no map in this edition. {why}</p>;
  return (
    <p class="no-map">
      The map could not be drawn: this browser does not offer the graphics for it, or a part of it did not arrive. The tables
      and downloads below hold the same
      {asks ? ", and you can ask about a postcode." : "."}
    </p>
  );
}

function Trouble({ onRetry }: { onRetry(): void }) {
  return (
    <div class="trouble" role="alert">
      <p>The edition that you chose did not arrive. What is shown is the one before your choice, and it is complete.</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
