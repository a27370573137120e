import { formatNumber, plural } from "../format";
import { type Resource, useJson } from "../hooks";
import { patternWords } from "../plan/words";
import { shortName } from "../panel/locations";
import { TroubleBox, Waiting } from "../panel/states";
import { asksNothing, CATEGORIES, type Category, type IncidentFilter, type IncidentPlace, type IncidentPlaces, incidentPlacesUrl } from "./contract";
import { shownCategories } from "./state";

interface Props {
  filter: IncidentFilter;
  /** id of the square to mark */
  marked: number | null;
  onPick(row: IncidentPlace, category: Category): void;
}

/** Where most reports are: a short list for each category, ranked apart, each place with why it stands there. */
export function TaskingPlaces(props: Props) {
  return (
    <section class="part places" aria-labelledby="places-title">
      <h2 id="places-title">Where most reports are</h2>
      <div class="sides">
        {shownCategories(props.filter.categories).map((id) => (
          <Side key={id} id={id} {...props} />
        ))}
      </div>
    </section>
  );
}

function Side({ id, filter, ...list }: Props & { id: Category }) {
  // All squares, also where one is picked: the list is the way to the others.
  const places = useJson<IncidentPlaces>(asksNothing(filter) ? null : incidentPlacesUrl(id, filter));
  const { title, means } = CATEGORIES.find((c) => c.id === id) ?? { title: id, means: "" };
  return (
    <div class={places.stale ? "side is-stale" : "side"}>
      <h3>
        {title}: {means}
      </h3>
      <List id={id} places={places} {...list} />
    </div>
  );
}

function List({ id, places, marked, onPick }: Omit<Props, "filter"> & { id: Category; places: Resource<IncidentPlaces> }) {
  const { data, trouble, retry } = places;
  if (trouble) return <TroubleBox what="The places" trouble={trouble} onRetry={retry} />;
  if (!data) return <Waiting />;
  return (
    <>
      <p>{data.sentence}</p>
      {data.rows.length > 0 && (
        <ol class="hot" aria-label={`Places with most reports of ${id}`}>
          {data.rows.map((row) => (
            <li key={row.square.id} class={marked === row.square.id ? "marked" : ""} aria-current={marked === row.square.id ? "true" : undefined}>
              <button type="button" class="place" onClick={() => onPick(row, id)}>
                <span>
                  {shortName(row.square.name)}
                  <span class="unseen">, show on the map</span>
                </span>
              </button>
              <p>{briefWords(row)}</p>
              <p class="quiet why">{row.why}</p>
            </li>
          ))}
        </ol>
      )}
      <details class="fold">
        <summary>How it is scored</summary>
        <p class="quiet">
          {data.scored.method}. {formatNumber(data.squares)} squares of {125 * 2 ** data.level} m. {data.note}
        </p>
      </details>
    </>
  );
}

/** "12 reports · more than chance · persistent · 22:00 to 02:00". What there is nothing to say of is left out. */
export function briefWords(row: IncidentPlace): string {
  const score = row.hot ? "more than chance" : "not told from chance";
  const pattern = row.category === "none" ? [] : [patternWords(row.category)];
  const trend = row.trend && row.trend.direction !== "none" ? [row.trend.direction] : [];
  const hours = row.hours ? [row.hours.replace(/ \(.*$/, "")] : [];
  return [plural(row.reports, "report"), score, ...pattern, ...trend, ...hours].join(" · ");
}
