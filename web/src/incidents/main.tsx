import { useEffect, useState } from "preact/hooks";
import type { ComponentType } from "preact";
import type { Scheme } from "../api";
import type { Me } from "../me";
import { Waiting } from "../panel/states";
import { type BodyProps, start } from "../start";
import { PlannerIncidents } from "./planner";
import { ReasonForm } from "./reason";

function IncidentsPage({ me, scheme, renew }: BodyProps) {
  if (!me.roles.includes("police")) return <PlannerIncidents scheme={scheme} />;
  if (me.reasonNeeded) return <ReasonForm onGiven={renew} />;
  return <Police me={me} scheme={scheme} />;
}

// The map is large, and planners have none here: its code comes when it is needed.
function Police({ me, scheme }: { me: Me; scheme: Scheme }) {
  const [page, setPage] = useState<{ body: ComponentType<{ me: Me; scheme: Scheme }> } | null>(null);
  useEffect(() => {
    void import("./police").then(({ PoliceIncidents }) => setPage({ body: PoliceIncidents }));
  }, []);
  if (page) return <page.body me={me} scheme={scheme} />;
  return (
    <main class="alone">
      <Waiting />
    </main>
  );
}

start("incidents", IncidentsPage);
