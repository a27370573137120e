import { useEffect, useRef, useState } from "preact/hooks";
import { formatDate } from "../format";
import { asTrouble, type Resource, type Trouble, useJson } from "../hooks";
import { roleTitles } from "../me";
import { TroubleBox, Waiting } from "../panel/states";
import { sendJson } from "../send";
import { type Key, keyState } from "./contract";
import { NewKeyForm } from "./new-key";

/** The keys of programs: what there is, a new one, and the end of one. */
export function Keys() {
  const keys = useJson<{ keys: Key[] }>("/v1/keys");
  return (
    <section class="part" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys of programs</h2>
      <p class="quiet">A program sends or reads with a key instead of a sign-in. A key has one purpose, and an end.</p>
      {keys.trouble && <TroubleBox what="The keys" trouble={keys.trouble} onRetry={keys.retry} />}
      {!keys.data && !keys.trouble && <Waiting />}
      {keys.data?.keys.length === 0 && <p>There are no keys yet.</p>}
      {keys.data && keys.data.keys.length > 0 && <KeyTable keys={keys} all={keys.data.keys} />}
      <NewKeyForm onMade={keys.retry} />
    </section>
  );
}

function KeyTable({ keys, all }: { keys: Resource<unknown>; all: Key[] }) {
  const [asked, setAsked] = useState<Key | null>(null);
  return (
    <>
      <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of keys">
        <table class="numbers records">
          <thead>
            <tr>
              {["Key", "For", "Role", "Source", "Made", "Good until", "Last used", "State"].map((title) => (
                <th key={title} scope="col" class="words">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map((key) => (
              <KeyRow key={key.id} of={key} onRevoke={() => setAsked(key)} />
            ))}
          </tbody>
        </table>
      </div>
      {asked && <Revoke of={asked} onDone={keys.retry} onClose={() => setAsked(null)} />}
    </>
  );
}

function KeyRow({ of: key, onRevoke }: { of: Key; onRevoke(): void }) {
  return (
    <tr class={key.good ? "" : "quiet"}>
      <th scope="row">{key.id}</th>
      <td class="words long">{key.purpose}</td>
      <td class="words">{roleTitles(key.roles).join(", ")}</td>
      <td class="words">{key.source || "–"}</td>
      <td class="words">{formatDate(key.created)}</td>
      <td class="words">{formatDate(key.expires)}</td>
      <td class="words">{key.lastUsed ? formatDate(key.lastUsed) : "never"}</td>
      <td class="words">
        {key.good ? (
          <button type="button" class="button" onClick={onRevoke} aria-label={`Revoke ${key.id}`}>
            Revoke
          </button>
        ) : (
          keyState(key)
        )}
      </td>
    </tr>
  );
}

/** Asks before a key ends, since it can't be made good again. */
function Revoke({ of: key, onDone, onClose }: { of: Key; onDone(): void; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const revoke = () =>
    sendJson("DELETE", `/v1/keys/${encodeURIComponent(key.id)}`).then(
      () => {
        onDone();
        onClose();
      },
      (reason: unknown) => setTrouble(asTrouble(reason)),
    );
  return (
    <dialog ref={dialog} class="ask" aria-labelledby="revoke-title" onClose={onClose}>
      <h3 id="revoke-title">Revoke the key {key.id}?</h3>
      <p>
        It is for “{key.purpose}”. Whatever uses it is refused from now on, and it can't be made good again; you can make
        another.
      </p>
      {trouble && (
        <p class="trouble" role="alert">
          <strong>It was not revoked.</strong> {trouble.title}. {trouble.detail}
        </p>
      )}
      <p class="actions">
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" class="button primary" onClick={revoke}>
          Revoke it
        </button>
      </p>
    </dialog>
  );
}
