import { useState } from "preact/hooks";
import { formatMoment, formatRange } from "../../format";
import { sendJson } from "../../send";
import { Ask, type Came } from "./ask";
import { type Link, releaseUrl, type Signed } from "./contract";
import type { DraftProps } from "./draft";
import { OutcomeMark } from "./marks";
import { cantSeal, cantSign } from "./words";

type Props = DraftProps & { renewDraft(): void };

/** Who signed, and what can be done by whom. */
export function Signing(props: Props) {
  const { draft, scheme, renew, renewDraft } = props;
  const [asked, setAsked] = useState<"sign" | "seal" | null>(null);
  const close = (came: Came) => {
    setAsked(null);
    if (came === "nothing") return;
    // The button that had the focus may not be pressed any more.
    document.getElementById("signing-title")?.focus();
    // Of what is sealed there is no draft any more.
    if (asked === "sign" || came === "refused") renewDraft();
    renew();
  };
  const [noSign, noSeal] = [cantSign(draft), cantSeal(draft)];
  return (
    <section class="part reading" aria-labelledby="signing-title">
      <h2 id="signing-title" tabIndex={-1}>
        Signatures
      </h2>
      <Signatures signatures={draft.signatures ?? []} zone={scheme.timeZone} />
      <p class="quiet">
        Hash of this draft: <code class="hash">{draft.sha256}</code>
      </p>
      <div class="deed">
        <button type="button" class="button primary" disabled={noSign !== null} onClick={() => setAsked("sign")}>
          Sign this draft…
        </button>
        <p>{noSign ?? "Sign once you have looked at both maps and the tables."}</p>
      </div>
      <div class="deed">
        <button type="button" class="button primary" disabled={noSeal !== null} onClick={() => setAsked("seal")}>
          Seal…
        </button>
        <p>{noSeal ?? "It can be sealed. From then on it is public, for good."}</p>
      </div>
      {asked === "sign" && <AskSign {...props} onClose={close} />}
      {asked === "seal" && <AskSeal {...props} onClose={close} />}
    </section>
  );
}

function Signatures({ signatures, zone }: { signatures: Signed[]; zone: string }) {
  if (signatures.length === 0) return <p>Nobody has signed yet.</p>;
  return (
    <ul class="findings" aria-label="Signatures">
      {signatures.map((s) => (
        <li key={`${s.name} ${s.at}`} data-passed={s.current}>
          <OutcomeMark passed={s.current} />
          <div>
            <strong>{s.name}</strong>
            {s.yours && " (you)"}, {formatMoment(s.at, zone)}
            {s.current ? ": for this draft." : ": for an earlier draft, so it counts no more. Records changed since."}
          </div>
        </li>
      ))}
    </ul>
  );
}

type AskProps = Props & { onClose(came: Came): void };

function AskSign({ line, draft, onClose }: AskProps) {
  return (
    <Ask
      title={`Sign the draft of ${formatRange(line)}?`}
      act="I sign it"
      keep="Not yet"
      failed="It was not signed."
      onAct={() => sendJson("POST", releaseUrl(line.from, "signatures"), { draft: draft.sha256 })}
      onClose={onClose}
    >
      <p>
        You say that you looked at both maps and the tables, and that you find nothing in them that helps to find a person. Your name
        and the time stand in the log, and the other steward sees them. They are not published.
      </p>
      <p>If a record of the period changes before it is sealed, the draft is another one, and must be signed again.</p>
    </Ask>
  );
}

function AskSeal({ line, draft, onClose }: AskProps) {
  const [typed, setTyped] = useState("");
  return (
    <Ask
      title={`Publish the edition of ${formatRange(line)} for good?`}
      act="Seal and publish"
      keep="Not yet"
      failed="It was not sealed."
      disabled={typed.trim() !== line.from}
      onAct={() => sendJson<Link>("POST", releaseUrl(line.from, "seal"), { draft: draft.sha256 })}
      onClose={onClose}
    >
      <ul>
        <li>Everyone can fetch it at once, and keep it.</li>
        <li>It can be withdrawn, but it can't be changed, and no other edition of this period can be made.</li>
        <li>Records of this period that come in or are corrected later are never published.</li>
        <li>Earlier periods that were not sealed are passed over.</li>
      </ul>
      <label class="field">
        <span>
          To be sure, type the first day of the period: <strong>{line.from}</strong>
        </span>
        <input value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
    </Ask>
  );
}
