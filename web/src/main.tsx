import "@fontsource/atkinson-hyperlegible/400.css";
import "@fontsource/atkinson-hyperlegible/700.css";
import "./styles/staff.css";
import { render } from "preact";
import { type Boundaries, boundariesUrl, type Scheme } from "./api";
import { Explorer } from "./explorer";
import { Header } from "./header";
import { useJson } from "./hooks";
import { PatternDefs } from "./marks";
import { EmptyStore, TroubleBox, Waiting } from "./panel/states";
import { openForPrint } from "./print";

function App() {
  const scheme = useJson<Scheme>("/v1/scheme");
  return (
    <>
      <PatternDefs />
      <Header scheme={scheme.data} />
      {scheme.data?.weeks ? <Explorer scheme={scheme.data} /> : <main class="alone">{instead(scheme)}</main>}
    </>
  );
}

function instead({ data, trouble, retry }: ReturnType<typeof useJson<Scheme>>) {
  if (data) return <Empty />;
  return trouble ? <TroubleBox what="This page" trouble={trouble} onRetry={retry} /> : <Waiting />;
}

function Empty() {
  const boundaries = useJson<Boundaries>(boundariesUrl(new Date().toISOString().slice(0, 10)));
  if (!boundaries.data && !boundaries.trouble) return <Waiting />;
  return <EmptyStore hasBoundaries={(boundaries.data?.version ?? null) !== null} />;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
openForPrint();
