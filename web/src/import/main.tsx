import { useRef } from "preact/hooks";
import { useAddress, useJson } from "../hooks";
import { TroubleBox, Waiting } from "../panel/states";
import { type BodyProps, start } from "../start";
import { ChooseStep } from "./choose";
import { ColumnsStep } from "./columns";
import { type Import, sortsFor } from "./contract";
import { Earlier } from "./earlier";
import { type Opened, useImport } from "./opened";
import { ResultStep } from "./result";
import { RunningStep } from "./running";
import { IMPORT_ADDRESS, type PageState, stepOf } from "./state";
import { Steps } from "./steps";

function ImportPage({ me, scheme }: BodyProps) {
  const { state, change } = useAddress(IMPORT_ADDRESS);
  const opened = useImport(state.id);
  const imports = useJson<{ imports: Import[] | null }>("/v1/imports");
  const step = state.id === null ? "file" : opened.one && stepOf(opened.one);
  const go = (to: Partial<PageState>) => {
    change({ id: null, mends: null, ...to });
    imports.retry();
  };
  const moved = useMoved(step && `${state.id} ${step}`);
  return (
    <main class="report import">
      <div class="head">
        <h1>Import a file</h1>
        <Steps step={step} />
      </div>
      {step === "file" && <ChooseStep key={state.mends} sorts={sortsFor(me.roles)} mends={state.mends} takeFocus={moved} go={go} />}
      {step !== "file" && opened.one && (
        <OneImport key={opened.one.id} {...{ scheme, opened, takeFocus: moved, go }} one={opened.one} changed={imports.retry} />
      )}
      {step !== "file" && !opened.one && <NotOpened opened={opened} go={go} />}
      <Earlier imports={imports} current={state.id} now={opened.one} timeZone={scheme.timeZone} go={go} />
    </main>
  );
}

/** Whether what is shown is another than the page began with: then its heading takes the focus. */
function useMoved(step: string | null): boolean {
  const first = useRef<string | null>(null);
  const moved = useRef(false);
  first.current ??= step;
  if (step !== null && step !== first.current) moved.current = true;
  return moved.current;
}

export interface StepProps extends Pick<BodyProps, "scheme"> {
  one: Import;
  opened: Opened;
  takeFocus: boolean;
  go(to: Partial<PageState>): void;
  /** the list of imports is another now */
  changed(): void;
}

function OneImport(props: StepProps) {
  switch (stepOf(props.one)) {
    case "columns":
      return <ColumnsStep {...props} />;
    case "running":
      return <RunningStep {...props} />;
    default:
      return <ResultStep {...props} />;
  }
}

function NotOpened({ opened, go }: { opened: Opened; go: StepProps["go"] }) {
  if (!opened.trouble) return <div class="part"><Waiting /></div>;
  return (
    <div class="part">
      {opened.trouble.status === 404 ? (
        <div class="trouble" role="alert">
          <p>
            <strong>This import is not here.</strong> A file and what was refused of it are deleted after seven days, or
            earlier by whoever sent it, and nobody sees another's. The records that came in stay.
          </p>
          <button type="button" class="button" onClick={() => go({})}>
            Import another file
          </button>
        </div>
      ) : (
        <TroubleBox what="The import" trouble={opened.trouble} kept="What it stored stays stored." onRetry={opened.retry} />
      )}
    </div>
  );
}

start("import", ImportPage);
