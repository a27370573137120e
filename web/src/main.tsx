import { type Boundaries, boundariesUrl } from "./api";
import { Explorer } from "./explorer";
import { useJson } from "./hooks";
import { mayOpen } from "./me";
import { EmptyStore, Waiting } from "./panel/states";
import { type BodyProps, start } from "./start";

function MapPage({ me, scheme }: BodyProps) {
  if (scheme.weeks) return <Explorer me={me} scheme={scheme} />;
  return (
    <main class="alone">
      <Empty me={me} />
    </main>
  );
}

function Empty({ me }: Pick<BodyProps, "me">) {
  const boundaries = useJson<Boundaries>(boundariesUrl(new Date().toISOString().slice(0, 10)));
  if (!boundaries.data && !boundaries.trouble) return <Waiting />;
  return (
    <EmptyStore
      hasBoundaries={(boundaries.data?.version ?? null) !== null}
      steward={mayOpen("steward", me.roles)}
      imports={mayOpen("import", me.roles)}
      demo={me.demo}
    />
  );
}

start("map", MapPage);
