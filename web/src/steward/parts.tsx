import type { Change } from "../hooks";
import { STEWARD_ADDRESS, type StewardState } from "./state";

interface Props {
  state: StewardState;
  change: Change<StewardState>;
}

/** The parts of the stewards' page. */
export function Parts({ state, change }: Props) {
  const parts: [StewardState["part"], string][] = [
    ["care", "Boundaries, looks and keys"],
    ["releases", "Releases for the public"],
    ["returns", "Returns for the report"],
  ];
  return (
    <nav class="parts" aria-label="Stewardship">
      {parts.map(([part, title]) => (
        <StateLink key={part} to={{ part, period: null }} current={part === state.part} {...{ state, change }}>
          {title}
        </StateLink>
      ))}
    </nav>
  );
}

interface LinkProps extends Props {
  to: Partial<StewardState>;
  current?: boolean;
  children: preact.ComponentChildren;
}

/** A link to another state of the page, which need not be loaded anew. */
export function StateLink({ state, change, to, current, children }: LinkProps) {
  const go = (event: MouseEvent) => {
    // A new tab or window is the browser's matter.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    change(to);
  };
  return (
    <a href={location.pathname + STEWARD_ADDRESS.format({ ...state, ...to })} aria-current={current ? "page" : undefined} onClick={go}>
      {children}
    </a>
  );
}
