import { formatNumber, plural } from "../format";
import { type Resource, useJson } from "../hooks";
import { TroubleBox } from "../panel/states";
import { asksNothing, CATEGORIES, type Category, type CategoryHours, type Hours, hoursUrl, type IncidentFilter } from "./contract";
import { shownCategories } from "./state";
import { shade } from "./view";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** When things happened: weekday × hour, a table for each category. */
export function HourTables({ filter, asked }: { filter: IncidentFilter; asked: string }) {
  const hours: Resource<Hours> = useJson<Hours>(asksNothing(filter) ? null : hoursUrl({ ...filter, categories: null }));
  return (
    <section class={hours.stale ? "part of-hours is-stale" : "part of-hours"} aria-labelledby="hours-title">
      <h2 id="hours-title">Days and hours</h2>
      <p class="quiet">
        By when things happened, on the town's clock: 18 is from 18:00 to 18:59. The stronger a cell's colour, the more; an empty one has none.
      </p>
      {hours.trouble && <TroubleBox what="The hours" trouble={hours.trouble} onRetry={hours.retry} />}
      {hours.data &&
        shownCategories(filter.categories).map((id) => (
          <HourTable key={id} id={id} weekdays={hours.data?.weekdays ?? []} of={hours.data?.[id] ?? EMPTY} asked={asked} />
        ))}
    </section>
  );
}

const EMPTY: CategoryHours = { hours: [], without: 0 };

interface TableProps {
  id: Category;
  weekdays: string[];
  of: CategoryHours;
  asked: string;
}

function HourTable({ id, weekdays, of, asked }: TableProps) {
  const title = CATEGORIES.find((c) => c.id === id)?.title;
  const most = Math.max(0, ...of.hours.flat());
  return (
    <div class="hours">
      <h3>{title}</h3>
      {most === 0 ? (
        <p class="quiet">No report of {id} with a known hour in this choice.</p>
      ) : (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label={`Days and hours, ${id}`}>
          <table class="numbers hour-table" data-side={id}>
            <caption class="unseen">
              Reports of {id} by weekday and hour, {asked}
            </caption>
            <thead>
              <tr>
                <th scope="col">Hour from</th>
                {HOURS.map((hour) => (
                  <th key={hour} scope="col">
                    {hour}
                  </th>
                ))}
                <th scope="col">Day</th>
              </tr>
            </thead>
            <tbody>
              {weekdays.map((day, i) => (
                <HourRow key={day} day={day} cells={of.hours[i] ?? []} most={most} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {of.without > 0 && (
        <p class="quiet">
          {plural(of.without, "report")} of {id} without a known hour {of.without === 1 ? "is" : "are"} not in this table.
        </p>
      )}
    </div>
  );
}

function HourRow({ day, cells, most }: { day: string; cells: number[]; most: number }) {
  return (
    <tr>
      <th scope="row">{day}</th>
      {cells.map((n, hour) => (
        <td key={hour} class={`cell shade-${shade(n, most)}`}>
          {n === 0 ? <span class="unseen">0</span> : formatNumber(n)}
        </td>
      ))}
      <td>{formatNumber(cells.reduce((sum, n) => sum + n, 0))}</td>
    </tr>
  );
}
