// The page once there are records: asks, and hands the same numbers to every part.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Boundaries, boundariesUrl, type Locations, type LocationRow, type Scheme } from "./api";
import { WeekStrip } from "./chart/week-strip";
import { usePicture } from "./drawing";
import { type Beside, besideRange, EXPLORER_ADDRESS } from "./explorer-state";
import { formatRange, plural } from "./format";
import { type ChangeState, type History, PHONE, ROOMY, useAddress, useJson, useMedia } from "./hooks";
import { PICKUP_ZOOM, SQUARES } from "./map/layers";
import { Legend } from "./map/legend";
import { type MapHandle, MapView } from "./map/map-view";
import { usePair } from "./map/pair";
import { type Numbers, useNumbers } from "./numbers";
import { condomsHidden, type Me } from "./me";
import { BesideChoice } from "./panel/beside";
import { Filters } from "./panel/filters";
import { Chance } from "./panel/chance";
import { Exports } from "./panel/exports";
import { Headline } from "./panel/headline";
import { LocationList } from "./panel/locations";
import { SquarePanel } from "./panel/square-panel";
import { TroubleBox, Waiting } from "./panel/states";
import { filterSentence } from "./sentence";
import { useSquare } from "./square";
import { DEFAULT_WEEKS, filterOf, spanOf, type State } from "./state";
import { inRange } from "./tally";
import type { View } from "./view";
import { countWeeks, lastDay, lastWeeks, type Range, sameRange } from "./weeks";

/** Everything that the parts of the page are made from. */
type Model = ReturnType<typeof useModel>;

function useModel(scheme: Scheme, me: Me) {
  const { state, change, returned } = useAddress(EXPLORER_ADDRESS);
  const filter = useMemo(() => filterOf(state, scheme), [state.range, state.kinds, state.classes, scheme]);
  const numbers = useNumbers(scheme, filter);
  const square = useSquare(state.square, filter, spanOf(scheme));
  const picture = usePicture({ filter, boundaries: numbers.boundaries.data, square: state.square, centre: square.centre, scores: state.scores });
  const map = useRef<MapHandle>(null);
  useReturn(map, state, returned);
  const close = useClose(state, change);
  const span = spanOf(scheme);
  const besides = useMemo(() => besideRange(state.beside, filter.range, span), [state.beside, filter.range, span.from, span.to]);
  const phone = useMedia(PHONE);
  const roomy = useMedia(ROOMY);
  const asked = `${formatRange(filter.range)}. ${filterSentence(filter, scheme)}`;
  return { scheme, me, state, change, filter, numbers, square, picture, map, close, phone, roomy, asked, besides };
}

export function Explorer({ scheme, me }: { scheme: Scheme; me: Me }) {
  const m = useModel(scheme, me);
  const { view } = m.numbers;
  if (!view) return <First numbers={m.numbers} />;
  const head = <Head key="head" m={m} view={view} />;
  const detail = <Detail key="square" m={m} />;
  const chance = <Scores key="chance" m={m} />;
  const list = <Ranked key="list" m={m} />;
  const sheet = <Sheet key="map" m={m} view={view} />;
  const strip = <Strip key="strip" m={m} view={view} />;
  return (
    <main class="frame">
      {m.phone
        ? [head, sheet, detail, chance, strip, list]
        : [<Panel key="panel" {...{ head, chance, list, detail }} />, sheet, strip]}
    </main>
  );
}

// The square is docked under the list, so that neither pushes the other away.
function Panel({ head, chance, list, detail }: Record<"head" | "chance" | "list" | "detail", preact.ComponentChildren>) {
  return (
    <aside class="panel" aria-label="Numbers">
      <div class="panel-scroll">{[head, chance, list]}</div>
      {detail}
    </aside>
  );
}

function First({ numbers }: { numbers: Numbers }) {
  const { trouble, retry } = numbers.weekly;
  return (
    <main class="alone">
      {trouble ? <TroubleBox what="The numbers" trouble={trouble} onRetry={retry} /> : <Waiting />}
    </main>
  );
}

function Head({ m, view }: { m: Model; view: View }) {
  const { scheme, filter, numbers, change } = m;
  const stale = numbers.weekly.stale || numbers.kinds.stale;
  const filters = <Filters {...{ scheme, filter, view, change, stale }} byKind={numbers.byKind} />;
  return (
    <div class="head">
      <Headline view={view} stale={numbers.weekly.stale} />
      <Troubles numbers={numbers} />
      {m.phone ? <Folded>{filters}</Folded> : filters}
      <Besides m={m} />
      {condomsHidden(m.me.roles, scheme.kinds.map((k) => k.family)) && <NoCondoms />}
    </div>
  );
}

function Besides({ m }: { m: Model }) {
  const { scheme, state, filter, change } = m;
  const has = (beside: Beside) => besideRange(beside, filter.range, spanOf(scheme)) !== null;
  return <BesideChoice range={filter.range} beside={m.besides && state.beside} possible={{ before: has("before"), year: has("year") }} onBeside={(beside) => change({ beside })} />;
}

function NoCondoms() {
  return (
    <p class="note">
      Condoms are not shown to the police. They must never become evidence: where women fear that, they carry fewer. Nor are
      visits shown, which would tell where condoms were found.
    </p>
  );
}

// On a phone the sentence already says the filter, and the map should follow it closely.
function Folded({ children }: { children: preact.ComponentChildren }) {
  return (
    <details class="fold">
      <summary>Choose kinds and places</summary>
      {children}
    </details>
  );
}

// One box for all, since what stops one request mostly stops them all.
function Troubles({ numbers }: { numbers: Numbers }) {
  const parts = [numbers.weekly, numbers.kinds, numbers.locations, numbers.boundaries].filter((r) => r.trouble);
  const trouble = parts[0]?.trouble;
  if (!trouble) return null;
  return (
    <TroubleBox
      what="Some of this page"
      trouble={trouble}
      kept="What is pale on this page is from before your last choice. Your choice is kept."
      onRetry={() => parts.forEach((part) => part.retry())}
    />
  );
}

function Detail({ m }: { m: Model }) {
  if (!m.state.square) return null;
  const rank = rankOf(m.numbers.locations.data, m.square.inside);
  return <SquarePanel scheme={m.scheme} range={m.filter.range} numbers={m.square} rank={rank} onClose={m.close} />;
}

/** "Rank 3 of 142 places", or of several where the square holds several places of the list. */
export function rankOf(locations: Locations | null, inside: Set<number>): string | null {
  const ranks = locations?.rows.filter((row) => inside.has(row.square.id)).map((row) => row.rank) ?? [];
  if (!locations || ranks.length === 0) return null;
  const word = ranks.length === 1 ? "Rank" : "Ranks";
  return `${word} ${ranks.join(", ")} of ${plural(locations.places, "place")}.`;
}

function show(m: Model, row: Pick<LocationRow, "square" | "centre">): void {
  m.change({ square: { id: row.square.id, level: 0 } });
  m.map.current?.flyTo(row.centre);
  // On a phone the map stands above the lists, out of sight.
  if (m.phone) document.querySelector(".map-pane")?.scrollIntoView({ block: "start" });
}

function Scores({ m }: { m: Model }) {
  const { me, scheme, filter, state, change } = m;
  return (
    <Chance
      {...{ me, scheme, filter }}
      value={state.scores}
      marked={m.square.inside}
      onValue={(scores) => change({ scores })}
      onPick={(row) => show(m, row)}
    />
  );
}

function Ranked({ m }: { m: Model }) {
  const { locations, unlocated } = m.numbers;
  const pick = (row: LocationRow) => show(m, row);
  const marked = m.square.inside;
  useEffect(() => showFirst(".ranked .marked"), [[...marked].join(), locations.data]);
  return (
    <>
      <LocationList
        scheme={m.scheme}
        asked={m.asked}
        locations={locations.data}
        stale={locations.stale}
        marked={marked}
        unlocated={unlocated}
        onPick={pick}
      />
      <Exports filter={m.filter} lastDay={lastDay(m.filter.range)} planner={m.me.roles.includes("planner")} />
    </>
  );
}

// Only within the panel: on a phone the whole page would jump.
function showFirst(selector: string): void {
  const element = document.querySelector(`.panel-scroll ${selector}`);
  element?.scrollIntoView({ block: "nearest" });
}

function Sheet({ m, view }: { m: Model; view: View }) {
  const { change, besides } = m;
  const pair = usePair((position) => change({ position }, "replace"), m.map);
  const now = { ...pair.right, onStep: besides ? pair.right.onStep : () => undefined };
  if (!besides) return <OneSheet m={m} told={now} />;
  return (
    <div class="sheets">
      <figure class="one-sheet">
        <figcaption>{captionOf(besides, view)}</figcaption>
        <OtherSheet m={m} range={besides} told={pair.left} />
      </figure>
      <figure class="one-sheet">
        <figcaption>{captionOf(m.filter.range, view)}</figcaption>
        <OneSheet m={m} told={now} />
      </figure>
    </div>
  );
}

type Told = Pick<ReturnType<typeof usePair>["left"], "handle" | "onMove" | "onStep">;

/** "Wed 30 Sep 2026 to Tue 27 Oct 2026: 480 items" */
export function captionOf(range: Range, view: View): string {
  const items = view.allWeeks.rows.filter((row) => inRange(row, range)).reduce((sum, row) => sum + row.items, 0);
  return `${formatRange(range)}: ${items === 0 ? "no items" : plural(items, "item")}`;
}

function OneSheet({ m, told }: { m: Model; told: Told }) {
  const [level, setLevel] = useState<number | null>(null);
  const { scheme, picture, state, filter, phone, roomy, change } = m;
  return (
    <MapView
      {...{ scheme, picture }}
      title="Map of items removed. The ranked places list holds the same squares."
      squares={SQUARES}
      handle={told.handle}
      position={state.position}
      cooperative={phone}
      onPick={(square) => change({ square })}
      onMove={told.onMove}
      onStep={told.onStep}
      onLevel={setLevel}
    >
      <Legend
        {...{ scheme, level }}
        key={roomy ? "open" : "folded"}
        open={roomy && !m.besides}
        weeks={countWeeks(filter.range)}
        scored={state.scores !== null}
        pickups={(state.position?.zoom ?? 0) >= PICKUP_ZOOM}
        boundaries={m.numbers.boundaries.data}
        day={lastDay(filter.range)}
      />
    </MapView>
  );
}

/** The same of another period. The boundary is that of its own last day. */
function OtherSheet({ m, range, told }: { m: Model; range: Range; told: Told }) {
  const { scheme, state, filter, change } = m;
  const other = useMemo(() => ({ ...filter, range }), [filter, range.from, range.to]);
  const boundaries = useJson<Boundaries>(boundariesUrl(lastDay(range)));
  const picture = usePicture({ filter: other, boundaries: boundaries.data, square: state.square, centre: m.square.centre, scores: state.scores });
  return (
    <MapView
      {...{ scheme, picture }}
      label="Map of the period beside"
      title="Map of the period beside. Choose its weeks below for the list of its squares."
      squares={SQUARES}
      handle={told.handle}
      position={state.position}
      cooperative={m.phone}
      onPick={(square) => change({ square })}
      onMove={told.onMove}
      onStep={told.onStep}
      onLevel={() => undefined}
    >
      {null}
    </MapView>
  );
}

function Strip({ m, view }: { m: Model; view: View }) {
  const { scheme, filter } = m;
  // The standard range stays unnamed in the address, so that a kept link moves on with the records.
  const setRange = (range: Range | null, history: History) => {
    const standard = range && sameRange(range, lastWeeks(spanOf(scheme), DEFAULT_WEEKS));
    m.change({ range: standard ? null : range }, history);
  };
  return <WeekStrip {...{ scheme, filter, view }} stale={m.numbers.weekly.stale} onRange={setRange} />;
}

/** After back or forward, takes the map to where it was. */
function useReturn(map: { current: MapHandle | null }, state: State, returned: number): void {
  useEffect(() => {
    if (returned > 0 && state.position) map.current?.jumpTo(state.position);
  }, [returned]);
}

/** Closes the square, by button or Escape, and gives the focus back to its row rather than to nothing. */
function useClose(state: State, change: ChangeState): () => void {
  const id = state.square?.id;
  const close = () => {
    const inside = document.activeElement?.closest(".square");
    change({ square: null });
    const row = document.querySelector<HTMLElement>(`[data-square="${id}"]`);
    if (inside) (row ?? document.querySelector<HTMLElement>(".maplibregl-canvas"))?.focus();
  };
  // Before the paint: a key pressed as soon as the square is seen must find its listener.
  useLayoutEffect(() => {
    if (id === undefined) return;
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && close();
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [id]);
  return close;
}
