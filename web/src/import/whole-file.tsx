import type { Scheme } from "../api";
import type { Preview, Sort } from "./contract";
import { troubleText } from "./fields";
import { type Choices, choosePart, DATES, troubles, unsaid } from "./mapping";
import { SYSTEMS, systemText } from "./words";

interface Props {
  scheme: Pick<Scheme, "kinds">;
  sort: Sort;
  preview: Preview;
  choices: Choices;
  change(next: Choices): void;
}

const ORDERS: [Choices["dates"], string][] = [
  ["", "as the file shows it"],
  ["dmy", "day first: 31/12/2026"],
  ["mdy", "month first: 12/31/2026"],
];

const CATEGORIES: [string, string][] = [
  ["", "not said"],
  ["harm", "harm"],
  ["nuisance", "nuisance"],
];

/** What counts for every row: what no column tells, and how dates are written. */
export function WholeFile({ scheme, sort, preview, choices, change }: Props) {
  const ask = unsaid(sort, preview.fields, choices, scheme.kinds.map((k) => k.id));
  const dates = troubles(preview, choices).get(DATES);
  const set = (name: "source" | "dates" | "kind" | "category") => (value: string) => change({ ...choices, [name]: value } as Choices);
  const kinds: [string, string][] = [["", "not said"], ...scheme.kinds.map(({ id, title }): [string, string] => [id, title])];
  return (
    <div class="fields">
      <h3>For every row</h3>
      <Select id="dates" title="Order of day and month" wrong={dates && troubleText(dates)} options={ORDERS} value={choices.dates} onChange={set("dates")} />
      {ask.kind && <Select id="kind" title="Kind of item" help="No column tells it." options={kinds} value={choices.kind} onChange={set("kind")} />}
      {ask.category && (
        <Select id="category" title="Category" help="No column tells it." options={CATEGORIES} value={choices.category} onChange={set("category")} />
      )}
      {ask.source && (
        <div class="field-row">
          <label for="whole-source">Source</label>
          <input
            id="whole-source"
            value={choices.source}
            maxLength={100}
            autocomplete="off"
            placeholder="import"
            aria-describedby="whole-source-help"
            onInput={(event) => set("source")(event.currentTarget.value)}
          />
          <p id="whole-source-help" class="quiet">
            Who recorded the rows, such as “northern-crew”. Keep it the same when you send more of them.
          </p>
        </div>
      )}
      <SystemChoice {...{ preview, choices, change }} />
    </div>
  );
}

/** What to read of a file that has several sheets or layers. */
export function PartChoice({ preview, choices, change }: Pick<Props, "preview" | "choices" | "change">) {
  const [part, title, names]: ["sheet" | "layer", string, string[]] =
    preview.sheets.length > 1 ? ["sheet", "Sheet", preview.sheets] : ["layer", "Layer", preview.layers];
  if (names.length < 2) return null;
  const none: [string, string][] = preview.part ? [] : [["", "choose one"]];
  const options = [...none, ...names.map((name): [string, string] => [name, name])];
  return (
    <div class="fields part-choice">
      <h3>What to read</h3>
      <Select
        id={part}
        {...{ title, options }}
        value={choices[part] || preview.part}
        help={`The file has ${names.length} ${part}s; one is read at a time.`}
        onChange={(name) => change(choosePart(choices, part, name))}
      />
    </div>
  );
}

/** In which system the places are. Files mostly say so: it is folded, unless nothing can be read without. */
export function SystemChoice({ preview, choices, change }: Pick<Props, "preview" | "choices" | "change">) {
  const chosen = choices.crs !== "";
  const options: [string, string][] = [["", systemText(chosen ? "" : preview.crs)], ...SYSTEMS];
  return (
    <details class="fold" open={chosen || (preview.columns.length === 0 && preview.problem !== "")}>
      <summary>More: the coordinate system</summary>
      <Select
        id="crs"
        title="Coordinate system"
        {...{ options }}
        value={choices.crs}
        help="Columns named x and y are read once it is chosen."
        onChange={(crs) => change({ ...choices, crs })}
      />
    </details>
  );
}

interface SelectProps {
  id: string;
  title: string;
  help?: string;
  /** what is to be mended */
  wrong?: string | undefined;
  options: [string, string][];
  value: string;
  onChange(value: string): void;
}

function Select({ id, title, help, wrong, options, value, onChange }: SelectProps) {
  return (
    <div class="field-row">
      <label for={`whole-${id}`}>{title}</label>
      <select id={`whole-${id}`} value={value} aria-describedby={help || wrong ? `whole-${id}-help` : undefined} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      {(help || wrong) && (
        <p id={`whole-${id}-help`}>
          {wrong && <span class="wrong">{wrong}</span>}
          {help && !wrong && <span class="quiet">{help}</span>}
        </p>
      )}
    </div>
  );
}
