import { useRef } from "preact/hooks";
import { formatNumber } from "../format";
import type { Field, Preview } from "./contract";
import { type Choices, choose, columnOf, exampleOf, type FieldTrouble, grouped, problemField, troubles } from "./mapping";
import { pageWords, reasonText } from "./words";

interface Props {
  preview: Preview;
  choices: Choices;
  change(next: Choices): void;
}

/** Which column each field is in: those that the file seems to have first, the others folded. */
export function FieldTable({ preview, choices, change }: Props) {
  // As the page first had them: a field that moved away from under the keyboard would be lost.
  const groups = useRef(grouped(preview.fields, choices)).current;
  const found = troubles(preview, choices);
  const rows = (fields: Field[]) =>
    fields.map(({ field }) => {
      const now = preview.fields.find((f) => f.field === field);
      return now && <FieldRow key={field} field={now} trouble={found.get(field)} {...{ preview, choices, change }} />;
    });
  return (
    <div class="fields">
      <h3>Columns</h3>
      {rows(groups.first)}
      {groups.others.length > 0 && (
        <details class="fold">
          <summary>
            {formatNumber(groups.others.length)} more fields that the file seems not to have
          </summary>
          {rows(groups.others)}
        </details>
      )}
    </div>
  );
}

interface RowProps extends Props {
  field: Field;
  trouble: FieldTrouble | undefined;
}

function FieldRow({ field, trouble, preview, choices, change }: RowProps) {
  const column = columnOf(field, choices);
  const set = (name: string) => change(choose(choices, field.field, name));
  const id = `field-${field.field}`;
  const example = exampleOf(preview, column);
  const problem = problemField(preview)?.field === field.field ? preview.problem : "";
  const missing = field.needed && column === "" && !problem;
  return (
    <div class="field-row">
      <label for={id}>{field.title}</label>
      <select id={id} value={column} aria-describedby={`${id}-help`} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">not in the file</option>
        {preview.columns.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <p id={`${id}-help`}>
        {problem && <span class="wrong">{pageWords(problem)}</span>}
        {missing && <span class="wrong">Needed: choose its column.</span>}
        {trouble && <span class="wrong">{troubleText(trouble)}</span>}
        {example && !trouble && <span class="quiet">such as “{example}”</span>}
      </p>
    </div>
  );
}

/** How many rows shown are refused for a field, and why. */
export function troubleText({ rows, reason }: FieldTrouble): string {
  const text = reasonText(reason);
  return rows === 1 ? `1 row is refused: ${text}` : `${formatNumber(rows)} rows are refused, the first since: ${pageWords(text)}`;
}
