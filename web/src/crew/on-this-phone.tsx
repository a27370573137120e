import { useEffect, useState } from "preact/hooks";
import type { Standing } from "./session";

const WORKER = "/staff/crew/worker.js";

/** What is kept on the phone, why, and for how long. */
export function OnThisPhone({ standing }: { standing: Standing }) {
  const offline = useOffline(standing === "in");
  return (
    <>
      <p class="quiet" data-offline={offline}>
        {offline ? "This page opens without a network too. What you save then is sent when there is one." : "Without a network this page may not open yet."}
      </p>
      <details class="fold">
        <summary>What is kept on this phone</summary>
        <p>
          <strong>Visits, until they are sent.</strong> A visit with its place and time is kept here until the server says that it is stored; then it is
          deleted from the phone. One that is not sent stays, for as long as that takes. Places say where people may be met: send before you hand the
          phone on.
        </p>
        <p>
          <strong>After you sign out</strong> this page says how many visits wait, and nothing of them. They are sent when you sign in again on this phone,
          by you alone. Until then they are in the browser's storage, which someone who unlocks the phone could find there.
        </p>
        <p>
          <strong>So that the page opens without a network:</strong> its own files, your name and the kinds of items. Signing out with a network deletes
          name and kinds; the files hold no record. Nothing else of what the server shows is kept.
        </p>
      </details>
    </>
  );
}

/** Has the page's files kept, once someone of a crew is here; returns whether they are. */
function useOffline(crewIsHere: boolean): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (!import.meta.env.PROD || !navigator.serviceWorker) return;
    void navigator.serviceWorker.getRegistration(WORKER).then((known) => known?.active && setReady(true));
    if (!crewIsHere) return;
    // Without it the page works as long as there is a network.
    navigator.serviceWorker.register(WORKER, { scope: "/staff/crew/", updateViaCache: "none" }).then(
      () => navigator.serviceWorker.ready.then(() => setReady(true)),
      () => undefined,
    );
  }, [crewIsHere]);
  return ready;
}
