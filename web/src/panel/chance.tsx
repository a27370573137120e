import { asksNothing, type Filter, filterParams, type Scheme } from "../api";
import { type Resource, useJson } from "../hooks";
import { ClassMark } from "../marks";
import { type Me, mayOpen } from "../me";
import { type Concentration, concentrationUrl, type HotRow, type Hotspots, hotspotsUrl, type Trends, trendsUrl, type Value } from "../plan/contract";
import { markWords, methodSentences } from "../plan/words";
import { shortName } from "./locations";
import { TroubleBox, Waiting } from "./states";

interface Props {
  me: Me;
  scheme: Scheme;
  filter: Filter;
  /** what is scored; null: nothing */
  value: Value | null;
  /** ids of the squares to mark */
  marked: Set<number>;
  onValue(value: Value | null): void;
  onPick(row: HotRow): void;
}

/** Where there is more than chance would put there: asked for, since most looks at the map are about counts. */
export function Chance({ me, scheme, filter, value, marked, onValue, onPick }: Props) {
  const hotspots = useJson<Hotspots>(value && !asksNothing(filter) ? hotspotsUrl(filter, value) : null);
  return (
    <section class={hotspots.stale ? "chance is-stale" : "chance"} aria-labelledby="chance-title">
      <h2 id="chance-title">More than chance</h2>
      <label class="choice">
        <input type="checkbox" checked={value !== null} onChange={() => onValue(value ? null : "items")} />
        <span>Mark places with more than chance would put there</span>
      </label>
      {value && scheme.showsVisits && <ValueChoice value={value} onValue={onValue} />}
      {value && <Answer {...{ hotspots, scheme, marked, onPick }} nothing={asksNothing(filter)} />}
      {value && !asksNothing(filter) && <AllTogether filter={filter} />}
      {value && mayOpen("rounds", me.roles) && (
        <p>
          <a href={`/staff/rounds/?${filterParams({ ...filter, classes: null })}`}>Plan a round from these weeks and kinds</a>
        </p>
      )}
    </section>
  );
}

function ValueChoice({ value, onValue }: { value: Value; onValue(value: Value): void }) {
  return (
    <p>
      <label class="scored-by">
        Scored by{" "}
        <select value={value} onChange={(event) => onValue(event.currentTarget.value as Value)}>
          <option value="items">items removed</option>
          <option value="per_visit">items for each visit</option>
        </select>
      </label>
    </p>
  );
}

/** What is to be said of all places together: whether items rise or fall, and how unevenly they lie. */
function AllTogether({ filter }: { filter: Filter }) {
  const trends = useJson<Trends>(trendsUrl(filter));
  const concentration = useJson<Concentration>(concentrationUrl(filter));
  // The scores above have said what went wrong, if anything did.
  const said = [...(trends.data ? [trends.data.sentence] : []), ...(concentration.data?.sentences ?? [])];
  if (said.length === 0) return null;
  return (
    <details class={trends.stale || concentration.stale ? "fold is-stale" : "fold"}>
      <summary>All places together</summary>
      {said.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </details>
  );
}

interface AnswerProps extends Pick<Props, "scheme" | "marked" | "onPick"> {
  hotspots: Resource<Hotspots>;
  nothing: boolean;
}

function Answer({ hotspots, nothing, ...list }: AnswerProps) {
  const { data, trouble, retry } = hotspots;
  if (nothing) return <p class="quiet">Nothing is chosen, so there is nothing to score.</p>;
  if (trouble?.status === 403) return <p class="quiet">Scores of these kinds are not for you to see.</p>;
  if (trouble) return <TroubleBox what="The scores" trouble={trouble} onRetry={retry} />;
  if (!data) return <Waiting />;
  const hot = data.rows.filter((row) => row.hot);
  return (
    <>
      <p aria-live="polite">
        <strong>{data.sentence}</strong>
      </p>
      <p class="quiet">Scored: {data.scored.title}.</p>
      {hot.length > 0 && (
        <ol class="hot">
          {hot.map((row) => (
            <Hot key={`${row.square.id} ${row.class}`} row={row} {...list} />
          ))}
        </ol>
      )}
      {data.hot > hot.length && <p class="quiet">The first {hot.length} of {data.hot} are listed. The map marks all.</p>}
      <details class="fold">
        <summary>How it is scored</summary>
        {methodSentences(data.scored).map((text) => (
          <p key={text} class="quiet">
            {text}
          </p>
        ))}
      </details>
    </>
  );
}

function Hot({ row, scheme, marked, onPick }: { row: HotRow } & Pick<Props, "scheme" | "marked" | "onPick">) {
  const title = scheme.classes.find((c) => c.id === row.class)?.title ?? "nothing found in it";
  return (
    <li class={marked.has(row.square.id) ? "marked" : ""} aria-current={marked.has(row.square.id) ? "true" : undefined}>
      <button type="button" class="place" onClick={() => onPick(row)}>
        {row.class && <ClassMark id={row.class} />}
        <span>
          {shortName(row.square.name)}
          <span class="unseen">, {title}, show on the map</span>
        </span>
      </button>
      <p>{markWords(row)}</p>
      <p class="quiet">{row.why}</p>
    </li>
  );
}
