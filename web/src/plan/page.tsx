import type { BodyProps } from "../start";
import { BinsPart } from "./bins";
import { ChangePart } from "./change";
import { usePlan } from "./model";
import { RoundPart } from "./round";

/** Where to send a crew, where to put bins, and what a change did: one question at a time. */
export function PlanPage({ me, scheme }: BodyProps) {
  const m = usePlan(me, scheme);
  if (!scheme.weeks) {
    return (
      <main class="alone">
        <h1>Plan a round</h1>
        <p>There are no records yet to plan by. Records come in by a file, on the page “Import a file”.</p>
      </main>
    );
  }
  if (m.state.part === "bins") return <BinsPart key="bins" m={m} />;
  if (m.state.part === "change") return <ChangePart key="change" m={m} />;
  return <RoundPart key="round" m={m} />;
}
