import { useId, useState } from "preact/hooks";
import type { Scheme } from "../../api";
import { formatMoment } from "../../format";
import { asTrouble, type Trouble } from "../../hooks";
import { sendJson } from "../../send";
import { addDays, type Range } from "../../weeks";
import { type Figure, type Measure, RETURNS, type Stored } from "./contract";
import { daysWords, type Faults, type Group, refusedOf, saysDays, standing, storedWords, type Texts, textsOf, toSend } from "./model";

interface Props {
  group: Group;
  title: string;
  period: string;
  scheme: Scheme;
  /** what stands */
  all: Figure[];
  /** what came of the last sending */
  said: string;
  onStored(words: string): void;
}

/** The figures of one agency about the same days. */
export function GroupForm({ group: given, title, scheme, all, said, onStored }: Props) {
  const id = useId();
  const [days, setDays] = useState<Range | null>(given.days);
  const group = { ...given, days };
  const [texts, setTexts] = useState<Texts>(() => textsOf(given, all));
  const [faults, setFaults] = useState<Faults>({});
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const otherDays = (next: Range | null) => {
    setDays(next);
    setTexts(textsOf({ ...given, days: next }, all));
    setFaults({});
  };
  const fail = (next: Faults, why: Trouble | null) => {
    setFaults(next);
    setTrouble(why);
    setBusy(false);
  };
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const { sent, faults: wrong } = toSend(group, texts, all);
    if (busy) return;
    if (Object.keys(wrong).length > 0) return fail(wrong, null);
    fail({}, null);
    if (sent.length === 0) return onStored(storedWords({ added: 0, corrected: 0, unchanged: 0 }));
    setBusy(true);
    sendJson<Stored>("POST", RETURNS, sent).then(
      (stored) => {
        setBusy(false);
        if (stored) onStored(storedWords(stored));
      },
      (reason: unknown) => {
        const why = asTrouble(reason);
        const refused = refusedOf(sent, why.errors ?? []);
        fail(refused, Object.keys(refused).length > 0 ? null : why);
      },
    );
  };
  const wrong = Object.keys(faults).length;
  return (
    <section class="part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <form class="returns" onSubmit={send} noValidate>
        {saysDays(group.window) ? (
          <DayFields asAt={group.window === "as_at"} days={days} onDays={otherDays} />
        ) : (
          days && <p class="quiet">{daysWords(days)}</p>
        )}
        {group.measures.map((measure) => (
          <FigureField
            key={measure.id}
            measure={measure}
            whole={given.measures.find((m) => m.id === measure.part_of)}
            texts={texts[measure.id] ?? []}
            fault={faults[measure.id] ?? ""}
            note={noteOf(standing(all, measure.id, days), scheme.timeZone)}
            onTexts={(next) => setTexts({ ...texts, [measure.id]: next })}
          />
        ))}
        {(trouble || wrong > 0) && (
          <p class="trouble" role="alert">
            <strong>Nothing was stored.</strong>{" "}
            {trouble ? `${trouble.title}. ${trouble.detail}` : `${wrong} of the figures can't be right; each says why.`}
          </p>
        )}
        <p class="actions">
          <button class="button primary" disabled={busy || !days}>
            {busy ? "Sending…" : "Return these figures"}
          </button>
          <span role="status">{said}</span>
        </p>
      </form>
    </section>
  );
}

function noteOf(figure: Figure | undefined, timeZone: string): string {
  return figure ? `Number ${figure.number}, returned ${formatMoment(figure.at, timeZone)}.` : "";
}

interface FieldProps {
  measure: Measure;
  whole: Measure | undefined;
  texts: string[];
  fault: string;
  note: string;
  onTexts(texts: string[]): void;
}

/** One figure, or its least and most. */
function FigureField({ measure, whole, texts, fault, note, onTexts }: FieldProps) {
  const id = useId();
  const words = [note, whole && `Part of: ${whole.title}.`].filter(Boolean).join(" ");
  const about = [fault && `${id}-fault`, words && `${id}-note`].filter(Boolean).join(" ");
  return (
    <div class="figure" role={measure.range ? "group" : undefined} aria-labelledby={measure.range ? `${id}-title` : undefined}>
      {measure.range ? <span id={`${id}-title`}>{measure.title}</span> : <label for={`${id}-0`}>{measure.title}</label>}
      <div class="numbers-in">
        {texts.map((text, i) => (
          <span key={i} class="number-in">
            {measure.range && <label for={`${id}-${i}`}>{i === 0 ? "least" : "most"}</label>}
            <input
              id={`${id}-${i}`}
              type="text"
              inputMode="numeric"
              autocomplete="off"
              value={text}
              aria-invalid={fault ? true : undefined}
              aria-describedby={about || undefined}
              onInput={(event) => onTexts(texts.map((old, j) => (j === i ? event.currentTarget.value : old)))}
            />
          </span>
        ))}
      </div>
      {fault && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {words && (
        <p class="quiet" id={`${id}-note`}>
          {words}
        </p>
      )}
    </div>
  );
}

interface DayProps {
  asAt: boolean;
  days: Range | null;
  onDays(days: Range | null): void;
}

/** The days that a return names: one, or a first and a last. */
function DayFields({ asAt, days, onDays }: DayProps) {
  const [first, setFirst] = useState(days?.from ?? "");
  const [last, setLast] = useState(days ? addDays(days.to, -1) : "");
  const take = (from: string, to: string) => {
    setFirst(from);
    setLast(to);
    onDays(from && to && from <= to ? { from, to: addDays(to, 1) } : null);
  };
  if (asAt) {
    return (
      <label class="field">
        <span>Day</span>
        <input type="date" value={first} onInput={(event) => take(event.currentTarget.value, event.currentTarget.value)} />
      </label>
    );
  }
  return (
    <div class="days">
      <label class="field">
        <span>First day</span>
        <input type="date" value={first} onInput={(event) => take(event.currentTarget.value, last)} />
      </label>
      <label class="field">
        <span>Last day</span>
        <input type="date" value={last} onInput={(event) => take(first, event.currentTarget.value)} />
      </label>
    </div>
  );
}
