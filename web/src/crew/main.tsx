import { useEffect, useState } from "preact/hooks";
import { Foot } from "../foot";
import { Header } from "../header";
import { signInAddress } from "../hooks";
import type { Me } from "../me";
import { TroubleBox, Waiting as Asking } from "../panel/states";
import { draw, NotYours } from "../start";
import { type Outbox, useOutbox } from "./delivery";
import { VisitForm } from "./form";
import type { Kept } from "./kept";
import { OnThisPhone } from "./on-this-phone";
import { type Session, useSession } from "./session";
import type { Visit } from "./visit";
import { NotTaken, Waiting } from "./waiting";

/** The form of the crews. Unlike other pages it opens without a network, for whoever was signed in last. */
function CrewPage() {
  const session = useSession();
  const outbox = useOutbox(session.renew);
  const { kept, standing, other } = session;
  const lost = standing === "out" && !kept;
  useEffect(() => {
    if (lost) location.replace(signInAddress(location));
  }, [lost]);
  return (
    <>
      <Header scheme={kept?.scheme ?? null} me={kept?.me ?? other} page="crew" />
      <main class="crew">{kept ? <Visits {...{ kept, session, outbox }} /> : <NoForm {...{ session, outbox, other }} />}</main>
      <Foot />
    </>
  );
}

interface Props {
  session: Session;
  outbox: Outbox;
}

function Visits({ kept, session, outbox }: Props & { kept: Kept }) {
  const [mending, setMending] = useState<Visit | null>(null);
  const save = async (visit: Visit) => {
    await outbox.save(visit);
    if (mending) await outbox.drop(mending.ref);
  };
  return (
    <>
      <Waiting {...{ session, outbox }} />
      <NotTaken {...{ session, outbox }} scheme={kept.scheme} onMend={setMending} />
      <VisitForm key={`${kept.me.id} ${mending?.ref ?? ""}`} {...{ kept, mending }} onSave={save} />
      <OnThisPhone standing={session.standing} />
    </>
  );
}

/** Where the form can't be: why, and how much waits. */
function NoForm({ session, outbox, other }: Props & { other: Me | null }) {
  return (
    <>
      {other && <NotYours page="crew" me={other} />}
      {session.standing === "asking" && <Asking />}
      {session.standing === "away" && session.trouble && (
        <TroubleBox
          what="This page"
          trouble={session.trouble}
          kept="Nobody is signed in on this phone, so there is no form. Open this page once with a network and sign in: from then on it opens without one."
          onRetry={outbox.send}
        />
      )}
      {(outbox.visits?.length ?? 0) > 0 && <Waiting {...{ session, outbox }} />}
    </>
  );
}

draw(<CrewPage />);
