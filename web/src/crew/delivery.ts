// Sends what waits: when the page opens, when something is saved, when the network is back, and from time to time.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asTrouble, problemOf, type Trouble } from "../hooks";
import { addVisit, allVisits, dropVisits, refuseVisit } from "./outbox";
import { LONGEST_MS, type Session } from "./session";
import { BATCH, deliveryOf, isOfContent, pauseMs, type Visit, waitsOf } from "./visit";

export interface Outbox {
  /** every visit on the phone; null until they were read */
  visits: Visit[] | null;
  sending: boolean;
  /** how many were stored since the page was opened */
  stored: number;
  /** why the last try failed */
  trouble: Trouble | null;
  /** Keeps a visit on the phone, then sends what waits. Throws where the phone keeps nothing. */
  save(visit: Visit): Promise<void>;
  drop(ref: string): Promise<void>;
  send(): void;
}

/** Sends visits. Throws a Trouble where nothing of them is known to be stored. */
async function post(visits: Visit[]): Promise<unknown> {
  const answer = await fetch("/v1/pickups", {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(visits.map((visit) => visit.pickup)),
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
}

/** Sends some visits and keeps what the receipts say. Returns how many were stored. */
async function deliver(visits: Visit[]): Promise<number> {
  let answer: unknown;
  try {
    answer = await post(visits);
  } catch (reason) {
    const trouble = asTrouble(reason);
    const [only] = visits;
    if (!isOfContent(trouble) || !only) throw trouble;
    if (visits.length === 1) {
      await refuseVisit(only.ref, { result: "refused", field: "", reason: trouble.detail });
      return 0;
    }
    // One of them is not even read, and holds up the others: each by itself then.
    let stored = 0;
    for (const visit of visits) stored += await deliver([visit]);
    return stored;
  }
  const { stored, refused } = deliveryOf(visits, answer);
  if (stored.length + refused.length === 0) throw NO_RECEIPT;
  await dropVisits(stored);
  for (const { ref, refusal } of refused) await refuseVisit(ref, refusal);
  return stored.length;
}

const NO_RECEIPT: Trouble = { title: "The server sent no receipt", detail: "So the visits are kept and sent again." };

/** Sends all that someone saved, in parts. `told` hears of each part. */
async function deliverAll(owner: string, told: (stored: number) => void): Promise<void> {
  for (;;) {
    const waiting = waitsOf(await allVisits(), owner);
    if (waiting.length === 0) return;
    told(await deliver(waiting.slice(0, BATCH)));
  }
}

export function useOutbox(renew: () => Promise<Session>): Outbox {
  const [visits, setVisits] = useState<Visit[] | null>(null);
  const [sending, setSending] = useState(false);
  const [stored, setStored] = useState(0);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const failures = useRef(0);
  const channel = useChannel(() => void read());
  const read = useCallback(async () => setVisits(await allVisits().catch(() => [])), []);
  const changed = useCallback(() => {
    channel.current?.postMessage("changed");
    return read();
  }, []);
  const send = useCallback(
    () =>
      // Of several tabs one sends; were there two, a visit would be stored once all the same.
      inTurn(async () => {
        setSending(true);
        try {
          const { standing, kept } = await renew();
          if (standing !== "in" || !kept) throw null;
          await deliverAll(kept.me.id, (n) => (setStored((before) => before + n), void changed()));
          failures.current = 0;
          setTrouble(null);
        } catch (reason) {
          failures.current++;
          setTrouble(reason === null ? null : asTrouble(reason));
        }
        await changed();
        setSending(false);
      }),
    [renew],
  );
  useEffect(() => void read().then(send), []);
  useMoments(send);
  useAgain(visits, sending, () => pauseMs(failures.current), send);
  const save = async (visit: Visit) => {
    await addVisit(visit);
    await changed();
    // Asks the browser not to clear the database when it is short of room; without an answer it may.
    void navigator.storage?.persist?.();
    void send();
  };
  const drop = (ref: string) => dropVisits([ref]).then(changed);
  return { visits, sending, stored, trouble, save, drop, send: () => void send() };
}

async function inTurn(work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  await navigator.locks.request("crew-send", { ifAvailable: true }, async (lock) => {
    if (lock) await work();
  });
}

/** Hears of changes that other tabs made. */
function useChannel(onChange: () => void) {
  const channel = useRef<BroadcastChannel | null>(null);
  useEffect(() => {
    channel.current = new BroadcastChannel("crew");
    channel.current.onmessage = onChange;
    return () => channel.current?.close();
  }, []);
  return channel;
}

/** Calls back when the network is back, or the page is looked at again. */
function useMoments(send: () => void): void {
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && send();
    addEventListener("online", send);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("online", send);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [send]);
}

/** While something waits, tries again after a pause that grows. */
function useAgain(visits: Visit[] | null, sending: boolean, pause: () => number, send: () => void): void {
  useEffect(() => {
    if (sending || !visits?.some((visit) => !visit.refusal)) return;
    const timer = setTimeout(send, pause());
    return () => clearTimeout(timer);
  }, [visits, sending, send]);
}
