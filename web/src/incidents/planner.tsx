import type { Scheme } from "../api";
import { IncidentHead, NoIncidents } from "./head";
import { useIncidents } from "./model";
import { Outcomes } from "./outcomes";
import { IncidentWeeks } from "./weeks";

/** Counts by week, class and outcome, and of no place: it asks for nothing that is for the police. */
export function PlannerIncidents({ scheme }: { scheme: Scheme }) {
  const m = useIncidents(scheme, "no places");
  const { shown } = m;
  if (!shown) {
    return (
      <main class="alone">
        <NoIncidents m={m} />
      </main>
    );
  }
  const asked = `${shown.view.period}. ${shown.view.filter}`;
  return (
    <main class="report">
      <IncidentHead m={m} view={shown.view}>
        <p class="note">Where incidents happened is for the police alone. Here they are counted by week, class and outcome.</p>
      </IncidentHead>
      <IncidentWeeks m={m} shown={shown} />
      <Outcomes m={m} asked={asked} />
    </main>
  );
}
