import { useRef, useState } from "preact/hooks";
import type { ClassId, Scheme } from "../api";
import { formatDate, formatNumber, plural } from "../format";
import { asTrouble, problemOf, type Trouble } from "../hooks";
import { ClassMark } from "../marks";
import { type Areas, areasUrl, type Preview } from "./contract";

interface Props {
  scheme: Scheme;
  /** a version was put in */
  onPut(): void;
}

const CLASSES: { id: ClassId; example: string }[] = [
  { id: "managed", example: "managed" },
  { id: "residential", example: "R1, R2" },
  { id: "non_residential", example: "* for all others" },
];

interface Previewed {
  of: string;
  file: File;
  answer: Preview;
}

/** A new version of the boundary: a file, what it would change, and only then in force. */
export function NewVersion({ scheme, onPut }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [previewed, setPreviewed] = useState<Previewed | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<string | null>(null);

  const send = async (put: boolean) => {
    if (!form.current) return;
    const { file, areas } = asked(form.current);
    if (!file) return;
    const url = areasUrl(areas, put ? "" : "/preview");
    setBusy(true);
    setTrouble(null);
    try {
      const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/geo+json", Accept: "application/json" }, body: file });
      if (!answer.ok) throw await problemOf(answer);
      const said = (await answer.json()) as Preview;
      if (put) {
        setPreviewed(null);
        setDone(`Version ${said.version} is in force from ${formatDate(areas.from)}.`);
        form.current.reset();
        onPut();
      } else {
        setPreviewed({ of: url, file, answer: said });
        setDone(null);
      }
    } catch (reason) {
      setTrouble(asTrouble(reason));
      setPreviewed(null);
    }
    setBusy(false);
  };

  return (
    <form
      ref={form}
      class="new-version"
      aria-labelledby="new-version-title"
      onInput={() => setPreviewed(null)}
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
    >
      <h3 id="new-version-title">Put in a new version</h3>
      <p class="quiet">GeoJSON, a GeoPackage, or a shapefile in a zip. Nothing changes before you have seen what would.</p>
      <label class="field">
        <span>File of areas</span>
        <input type="file" name="file" required accept=".geojson,.json,.gpkg,.zip,.gz" />
      </label>
      <label class="field">
        <span>First day in force</span>
        <input type="date" name="from" required />
      </label>
      <details class="fold">
        <summary>Which property says what</summary>
        <p class="quiet">Left empty, the class is read from “class”, with the values managed, residential and non_residential.</p>
        <TextField name="classProperty" title="Property that decides the class" />
        {CLASSES.map(({ id, example }) => (
          <TextField key={id} name={id} title={`Values that mean ${scheme.classes.find((c) => c.id === id)?.title ?? id}, such as ${example}`} />
        ))}
        <TextField name="ignore" title="Values whose areas are left out" />
        <TextField name="idProperty" title="Property that holds the id" />
        <TextField name="nameProperty" title="Property that holds the name" />
      </details>
      {trouble && <Refused trouble={trouble} />}
      {previewed && <Changes scheme={scheme} preview={previewed.answer} />}
      <p class="actions">
        <button class="button" disabled={busy}>
          {busy ? "Reading…" : "Show what would change"}
        </button>
        {previewed && (
          <button type="button" class="button primary" disabled={busy} onClick={() => void send(true)}>
            Put it in force
          </button>
        )}
      </p>
      <p role="status">{done}</p>
    </form>
  );
}

function TextField({ name, title }: { name: string; title: string }) {
  return (
    <label class="field">
      <span>{title}</span>
      <input type="text" name={name} autocomplete="off" />
    </label>
  );
}

/** What the form says. */
function asked(form: HTMLFormElement): { file: File | null; areas: Areas } {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? "").trim();
  const file = data.get("file");
  const classes = CLASSES.flatMap(({ id }) => (text(id) ? [`${id}=${list(text(id))}`] : []));
  return {
    file: file instanceof File && file.size > 0 ? file : null,
    areas: {
      from: text("from"),
      classProperty: text("classProperty"),
      class: classes,
      ignore: text("ignore") ? [list(text("ignore"))] : [],
      idProperty: text("idProperty"),
      nameProperty: text("nameProperty"),
    },
  };
}

/** "R1, R2" → "R1,R2" */
function list(text: string): string {
  return text
    .split(",")
    .map((value) => value.trim())
    .join(",");
}

function Refused({ trouble }: { trouble: Trouble }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>Nothing was changed.</strong> {trouble.title}. {trouble.detail}
      </p>
      {trouble.errors && trouble.errors.length > 0 && (
        <ul>
          {trouble.errors.slice(0, 10).map((e) => (
            <li key={e.message}>{e.message}</li>
          ))}
          {trouble.errors.length > 10 && <li>And {formatNumber(trouble.errors.length - 10)} more.</li>}
        </ul>
      )}
    </div>
  );
}

function Changes({ scheme, preview }: { scheme: Scheme; preview: Preview }) {
  const title = (id: string) => scheme.classes.find((c) => c.id === id)?.title ?? id;
  return (
    <div class="changes" aria-live="polite">
      <h4>What it would change</h4>
      <p>
        <strong>
          {plural(preview.changed.visits, "visit")} would change class.{preview.incidents ? ` Incidents that would change: ${preview.incidents}.` : ""}
        </strong>{" "}
        Areas: {CLASSES.map(({ id }) => `${title(id)} ${formatNumber(preview.areas[id] ?? 0)}`).join(", ")}.
        {preview.ignored ? ` ${plural(preview.ignored, "feature")} left out.` : ""}
      </p>
      {preview.classes.length > 0 && (
        <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of changes">
          <table class="numbers records">
            <thead>
              <tr>
                <th scope="col" class="words">
                  Now
                </th>
                <th scope="col" class="words">
                  Then
                </th>
                <th scope="col">Visits</th>
              </tr>
            </thead>
            <tbody>
              {preview.classes.map((row) => (
                <tr key={`${row.before} ${row.after}`}>
                  <th scope="row">
                    <ClassMark id={row.before} /> {title(row.before)}
                  </th>
                  <td class="words">
                    <ClassMark id={row.after} /> {title(row.after)}
                  </td>
                  <td>{formatNumber(row.visits)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {preview.flaws?.map((flaw) => (
        <p key={flaw} class="quiet">
          {flaw}
        </p>
      ))}
    </div>
  );
}
