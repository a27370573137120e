import { type Step, STEPS } from "./state";

/** The four steps, and which it is now. */
export function Steps({ step }: { step: Step | null }) {
  const now = STEPS.findIndex((s) => s.id === step);
  return (
    <ol class="steps" aria-label="Steps">
      {STEPS.map(({ id, title }, i) => (
        <li key={id} aria-current={id === step ? "step" : undefined} data-done={i < now}>
          <span class="step-number" aria-hidden="true">
            {i < now ? "✓" : i + 1}
          </span>
          {title}
          {i < now && <span class="unseen">, done</span>}
        </li>
      ))}
    </ol>
  );
}
