// An import as it goes on: server-sent events, and what to do when they end early.
import { useEffect, useState } from "preact/hooks";
import { fetchJson } from "../hooks";
import { type Import, importUrl } from "./contract";
import { isGoing } from "./state";

const AGAIN_MS = 3000;

/** Calls back with every state of an import until the last. Returns whether the connection is there. */
export function useProgress(id: string | null, onProgress: (one: Import) => void): boolean {
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    if (id === null) return;
    setConnected(true);
    return follow(id, onProgress, setConnected);
  }, [id]);
  return connected;
}

/** Follows an import; what it returns ends that. */
function follow(id: string, onProgress: (one: Import) => void, onConnected: (connected: boolean) => void): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const end = () => {
    ended = true;
    clearTimeout(timer);
    source.close();
  };
  const take = (one: Import) => {
    if (ended) return;
    onConnected(true);
    onProgress(one);
    if (!isGoing(one)) end();
  };
  // An EventSource comes back by itself after a break, but not after an answer that is no success.
  const again = () => {
    fetchJson<Import>(importUrl(id)).then(take, () => undefined).finally(() => !ended && listen());
  };
  const listen = () => {
    source = new EventSource(importUrl(id, "events"));
    source.addEventListener("open", () => onConnected(true));
    source.addEventListener("progress", (event) => take(JSON.parse((event as MessageEvent<string>).data) as Import));
    source.addEventListener("error", () => {
      if (ended) return;
      onConnected(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(again, AGAIN_MS);
    });
  };
  listen();
  return end;
}
