import { type Boundaries, boundariesUrl } from "./api";
import { Explorer } from "./explorer";
import { useJson } from "./hooks";
import { EmptyStore, Waiting } from "./panel/states";
import { type BodyProps, start } from "./start";

function MapPage({ me, scheme }: BodyProps) {
  if (scheme.weeks) return <Explorer me={me} scheme={scheme} />;
  return (
    <main class="alone">
      <Empty />
    </main>
  );
}

function Empty() {
  const boundaries = useJson<Boundaries>(boundariesUrl(new Date().toISOString().slice(0, 10)));
  if (!boundaries.data && !boundaries.trouble) return <Waiting />;
  return <EmptyStore hasBoundaries={(boundaries.data?.version ?? null) !== null} />;
}

start("map", MapPage);
