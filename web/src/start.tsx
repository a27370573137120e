// What every staff page starts with: who is here, the scheme, the header, and what stands where a page can't.
import "@fontsource/atkinson-hyperlegible/400.css";
import "@fontsource/atkinson-hyperlegible/700.css";
import "./styles/staff.css";
import { type ComponentChild, type ComponentType, render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Scheme } from "./api";
import { joinWords } from "./format";
import { Foot } from "./foot";
import { Header } from "./header";
import { type Resource, useJson } from "./hooks";
import { PatternDefs } from "./marks";
import { elsewhere, type Me, mayOpen, type PageId, PAGES, readsScheme, roleTitles } from "./me";
import { TroubleBox, Waiting } from "./panel/states";
import { openForPrint } from "./print";

export interface BodyProps {
  me: Me;
  scheme: Scheme;
  /** asks again who is here and what was said */
  renew(): void;
}

/** Puts a page into the document. */
export function start(page: PageId, body: ComponentType<BodyProps>): void {
  draw(<Staff page={page} body={body} />);
}

/** Puts a page into the document that finds out by itself who is here. */
export function draw(page: ComponentChild): void {
  const root = document.getElementById("app");
  if (root) render(page, root);
  openForPrint();
}

interface StaffProps {
  page: PageId;
  body: ComponentType<BodyProps>;
}

function Staff({ page, body: Body }: StaffProps) {
  const me = useJson<Me>("/v1/me");
  const roles = me.data?.roles ?? [];
  const away = me.data && elsewhere(page, roles);
  useEffect(() => {
    if (away) location.replace(away);
  }, [away]);
  const scheme = useJson<Scheme>(readsScheme(roles) && !away ? "/v1/scheme" : null);
  const ready = me.data && scheme.data && mayOpen(page, roles);
  return (
    <>
      <PatternDefs />
      <Header scheme={scheme.data} me={me.data} page={page} />
      {ready && me.data && scheme.data ? (
        <Body me={me.data} scheme={scheme.data} renew={me.retry} />
      ) : (
        <main class="alone">{away ? <Waiting /> : instead(page, me, scheme)}</main>
      )}
      <Foot />
    </>
  );
}

function instead(page: PageId, me: Resource<Me>, scheme: Resource<Scheme>) {
  const failed = [me, scheme].find((part) => part.trouble);
  if (failed?.trouble) return <TroubleBox what="This page" trouble={failed.trouble} onRetry={failed.retry} />;
  if (!me.data) return <Waiting />;
  if (!readsScheme(me.data.roles)) return <Sender />;
  return mayOpen(page, me.data.roles) ? <Waiting /> : <NotYours page={page} me={me.data} />;
}

function Sender() {
  return (
    <section aria-labelledby="sender-title">
      <h1 id="sender-title">A sender has no pages</h1>
      <p>
        A sender is a program: a phone line's software or a crew's tool that sends its records here with an API key, and reads
        nothing. A steward makes the key, for one source and until a day.
      </p>
      <p>
        <a href="/docs">How records are sent</a> is in the description of the API.
      </p>
    </section>
  );
}

/** Which roles a page is for, and where else to go. */
export function NotYours({ page, me }: { page: PageId; me: Me }) {
  const link = PAGES.find((p) => p.id === page);
  return (
    <section aria-labelledby="not-yours-title">
      <h1 id="not-yours-title">This page is for others</h1>
      <p>
        “{link?.title}” is for: {joinWords(roleTitles(link?.roles ?? []))}. You are here as {joinWords(roleTitles(me.roles))}.
      </p>
      <p>
        <a href="/staff/">Go to your own page</a>
      </p>
    </section>
  );
}

/** A heading that takes the focus when it appears in place of what was pressed, so that a keyboard goes on from there. */
export function useFocus<E extends HTMLElement>(take: boolean): { current: E | null } {
  const ref = useRef<E>(null);
  useEffect(() => {
    if (take) ref.current?.focus();
  }, [take]);
  return ref;
}
