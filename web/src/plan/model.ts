// What the page of plans asks of the server.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Filter, Scheme } from "../api";
import { asTrouble, type Change, type Trouble, useAddress } from "../hooks";
import type { Me } from "../me";
import { sendJson } from "../send";
import { addDays, type Range } from "../weeks";
import { type Place, type Round, type RoundQuestion, ROUNDS } from "./contract";
import { PLAN_ADDRESS, planFilter, type PlanState, questionOf } from "./state";

export interface PlanModel {
  me: Me;
  scheme: Scheme;
  state: PlanState;
  change: Change<PlanState>;
  returned: number;
  filter: Filter & { range: Range };
  /** by the clock of the scheme */
  today: string;
  tomorrow: string;
}

export function usePlan(me: Me, scheme: Scheme): PlanModel {
  const { state, change, returned } = useAddress(PLAN_ADDRESS);
  const filter = useMemo(() => planFilter(state, scheme), [state.range, state.kinds, scheme]);
  // Swedish writes dates as ISO 8601 does.
  const today = useRef(new Date().toLocaleString("sv-SE", { timeZone: scheme.timeZone }).slice(0, 10)).current;
  return { me, scheme, state, change, returned, filter, today, tomorrow: addDays(today, 1) };
}

export interface Planned {
  round: Round | null;
  /** where the round on the page starts and ends */
  start: Place | null;
  /** something was chosen anew since */
  stale: boolean;
  busy: boolean;
  trouble: Trouble | null;
  /** null: there is no start yet */
  plan: (() => void) | null;
}

interface Held {
  asked: RoundQuestion | null;
  round: Round | null;
  busy: boolean;
  trouble: Trouble | null;
}

/** The round, planned when asked for; and at once where the address that was opened names a start. */
export function useRound({ state, filter, tomorrow }: PlanModel): Planned {
  const question = questionOf(state, filter, tomorrow);
  const [held, setHeld] = useState<Held>({ asked: null, round: null, busy: false, trouble: null });
  const turn = useRef(0);
  const plan = useCallback((asked: RoundQuestion) => {
    const mine = ++turn.current;
    // Of two quick requests the later one counts.
    const set = (change: Partial<Held>) => turn.current === mine && setHeld((old) => ({ ...old, busy: false, trouble: null, ...change }));
    set({ busy: true });
    sendJson<Round>("POST", ROUNDS, asked).then(
      (round) => set({ asked, round: round ?? null }),
      (reason: unknown) => set({ trouble: asTrouble(reason) }),
    );
  }, []);
  useEffect(() => {
    if (question && state.part === "round") plan(question);
  }, []);
  return {
    ...held,
    start: held.asked?.start ?? null,
    stale: held.round !== null && JSON.stringify(held.asked) !== JSON.stringify(question),
    plan: question && (() => plan(question)),
  };
}
