import { type BodyProps, start } from "../start";
import { Audit } from "./audit";
import { Keys } from "./keys";
import { Versions } from "./versions";

function StewardPage({ scheme }: BodyProps) {
  return (
    <main class="report">
      <div class="head">
        <h1>Boundaries, looks and keys</h1>
        <p>
          What must be answered for. What the public is told of it is on the page about{" "}
          <a href="/governance">what is held, why and for how long</a>.
        </p>
      </div>
      <Audit scheme={scheme} />
      <Keys />
      <Versions scheme={scheme} />
    </main>
  );
}

start("steward", StewardPage);
