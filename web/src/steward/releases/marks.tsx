// Marks of states and outcomes. Each differs in shape, and words stand beside it.
import type { PeriodState } from "./contract";

const SHAPES: Record<PeriodState, string> = {
  waiting: "M8,2 a6,6 0 1 0 0.01,0 M8,4.5 V8 H11",
  open: "M3,13 L3.6,10 L11,2.6 L13.4,5 L6,12.4 Z",
  sealed: "M3,7 H13 V13.5 H3 Z M5,7 V5 a3,3 0 0 1 6,0 V7",
  withdrawn: "M13,8 H3 M7,4 L3,8 L7,12",
  "passed over": "M2,11 C5,3 11,3 14,11 M14,7 V11 H10",
};

export function StateMark({ state }: { state: PeriodState }) {
  return <Shape path={SHAPES[state]} />;
}

/** A tick, or a cross in a box: the heavier is the one to look at. */
export function OutcomeMark({ passed }: { passed: boolean }) {
  return <Shape path={passed ? "M2.5,8.5 L6.5,12.5 L13.5,3.5" : "M1.5,1.5 H14.5 V14.5 H1.5 Z M4.5,4.5 L11.5,11.5 M11.5,4.5 L4.5,11.5"} />;
}

function Shape({ path }: { path: string }) {
  return (
    <svg class="state-mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}
