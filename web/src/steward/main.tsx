import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useAddress } from "../hooks";
import { Waiting } from "../panel/states";
import { type BodyProps, start } from "../start";
import { Audit } from "./audit";
import { Keys } from "./keys";
import { Parts } from "./parts";
import type { ReleasesProps } from "./releases/releases";
import { ReturnsPart } from "./returns/returns";
import { STEWARD_ADDRESS } from "./state";
import { Versions } from "./versions";

function StewardPage({ scheme }: BodyProps) {
  const address = useAddress(STEWARD_ADDRESS);
  if (address.state.part === "releases") return <Releases scheme={scheme} {...address} />;
  if (address.state.part === "returns") return <ReturnsPart scheme={scheme} {...address} />;
  return (
    <main class="report">
      <div class="head">
        <Parts {...address} />
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

// The maps are large, and the rest has none: their code comes when it is needed.
function Releases(props: ReleasesProps) {
  const [part, setPart] = useState<{ body: ComponentType<ReleasesProps> } | null>(null);
  useEffect(() => {
    void import("./releases/releases").then(({ ReleasesPart }) => setPart({ body: ReleasesPart }));
  }, []);
  if (part) return <part.body {...props} />;
  return (
    <main class="alone">
      <Waiting />
    </main>
  );
}

start("steward", StewardPage);
