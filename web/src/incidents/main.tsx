import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Waiting } from "../panel/states";
import { type BodyProps, start } from "../start";
import { PlannerIncidents } from "./planner";
import type { PoliceProps } from "./police";
import { ReasonForm } from "./reason";

function IncidentsPage({ me, scheme, renew }: BodyProps) {
  const asked = useRef(false);
  if (!me.roles.includes("police")) return <PlannerIncidents scheme={scheme} />;
  if (me.reasonNeeded) {
    asked.current = true;
    return <ReasonForm onGiven={renew} />;
  }
  return <Police me={me} scheme={scheme} takeFocus={asked.current} />;
}

// The map is large, and planners have none here: its code comes when it is needed.
function Police(props: PoliceProps) {
  const [page, setPage] = useState<{ body: ComponentType<PoliceProps> } | null>(null);
  useEffect(() => {
    void import("./police").then(({ PoliceIncidents }) => setPage({ body: PoliceIncidents }));
  }, []);
  if (page) return <page.body {...props} />;
  return (
    <main class="alone">
      <Waiting />
    </main>
  );
}

start("incidents", IncidentsPage);
