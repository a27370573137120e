import { formatMoment, plural } from "../format";
import { signInAddress } from "../hooks";
import type { Outbox } from "./delivery";
import type { CrewScheme } from "./kept";
import { foundText } from "./pickup";
import type { Session } from "./session";
import { reasonText, remedyText, type Visit, waitingText, waitsOf } from "./visit";

interface Props {
  outbox: Outbox;
  session: Session;
}

/** What waits on this phone, since when and why; what of it was stored. Signed out it says how many, and nothing of them. */
export function Waiting({ outbox, session }: Props) {
  const { visits, stored } = outbox;
  if (!visits) return null;
  const owner = session.kept?.me.id ?? "";
  const timeZone = session.kept?.scheme.timeZone ?? "UTC";
  const mine = waitsOf(visits, owner);
  return (
    <section class="outbox" aria-label="What waits on this phone" data-waiting={mine.length}>
      <div role="status">
        <p>
          <strong>{waitingText(mine, timeZone)}.</strong>
          {stored > 0 && ` ${plural(stored, "visit")} stored since you opened this page.`}
        </p>
        {mine.length > 0 && <p>{whyText(outbox, session)}</p>}
      </div>
      {session.standing === "out" ? (
        <p class="actions">
          <a class="button primary" href={signInAddress(location)}>
            Sign in
          </a>
        </p>
      ) : (
        mine.length > 0 && (
          <p class="actions">
            <button type="button" class="button" disabled={outbox.sending} onClick={outbox.send}>
              {outbox.sending ? "Sending…" : "Send now"}
            </button>
          </p>
        )
      )}
      <Others visits={visits} session={session} timeZone={timeZone} />
    </section>
  );
}

function whyText({ trouble }: Outbox, session: Session): string {
  if (session.standing === "out") return "You are signed out. Sign in, then they are sent.";
  const why = trouble ?? session.trouble;
  if (!why) return "They are on their way.";
  return `${why.title}. ${why.detail} They are kept on this phone, and sent by themselves when that is over.`;
}

/** Visits that someone else saved on this phone. */
function Others({ visits, session, timeZone }: { visits: Visit[]; session: Session; timeZone: string }) {
  const others = visits.filter((visit) => visit.owner !== session.kept?.me.id);
  if (others.length === 0) return null;
  const names = [...new Set(others.map((visit) => visit.ownerName))].sort();
  const whose = session.standing === "in" ? ` (${names.join(", ")})` : "";
  return (
    <p class="note">
      {session.kept ? "Of someone else" : "On this phone"}
      {whose}: {waitingText(others, timeZone).replace(/^./, (c) => c.toLowerCase())}. Who saved them signs in here, then they are sent. Nobody else sees
      them on this page.
    </p>
  );
}

interface RefusedProps extends Props {
  scheme: CrewScheme;
  onMend(visit: Visit): void;
}

/** What the server did not take, why, and what to do. */
export function NotTaken({ outbox, session, scheme, onMend }: RefusedProps) {
  const refused = (outbox.visits ?? []).filter((visit) => visit.refusal && visit.owner === session.kept?.me.id);
  if (refused.length === 0 || session.standing === "out") return null;
  return (
    <section class="refused" aria-labelledby="refused-title">
      <h2 id="refused-title">{refused.length === 1 ? "One visit was not taken" : `${plural(refused.length, "visit")} were not taken`}</h2>
      <ul>
        {refused.map((visit) => (
          <OneNotTaken key={visit.ref} {...{ visit, scheme, onMend }} onDrop={() => void outbox.drop(visit.ref)} />
        ))}
      </ul>
    </section>
  );
}

interface OneProps {
  visit: Visit;
  scheme: CrewScheme;
  onMend(visit: Visit): void;
  onDrop(): void;
}

function OneNotTaken({ visit, scheme, onMend, onDrop }: OneProps) {
  if (!visit.refusal) return null;
  const there = visit.refusal.result !== "refused";
  return (
    <li class="trouble">
      <p>
        <strong>{foundText(scheme.kinds, visit.pickup.found)}</strong>, {formatMoment(visit.pickup.at, scheme.timeZone)}
      </p>
      <p>{reasonText(visit.refusal)}</p>
      <p>{remedyText(visit.refusal)}</p>
      <p class="actions">
        {!there && (
          <button type="button" class="button" onClick={() => onMend(visit)}>
            Put it back into the form
          </button>
        )}
        <button type="button" class="button" onClick={onDrop}>
          Delete it from this phone
        </button>
      </p>
    </li>
  );
}
