import { useState } from "preact/hooks";
import type { Scheme } from "./api";
import { forgetCrew } from "./crew/kept";
import { joinWords } from "./format";
import { asTrouble } from "./hooks";
import { type Me, type PageId, pagesFor, roleTitles } from "./me";
import { signOut } from "./send";

interface Props {
  scheme: Pick<Scheme, "name" | "synthetic"> | null;
  /** null while it is not known who is here */
  me: Me | null;
  page: PageId;
}

/** The same on every staff page: where this is, what it opens for whoever is here, and the way out. */
export function Header({ scheme, me, page }: Props) {
  return (
    <header class="top">
      <p class="brand">
        <strong>Common Ground</strong>
        {scheme && ` · ${scheme.name}${scheme.synthetic ? " (synthetic)" : ""}`}
      </p>
      {scheme?.synthetic && <p class="made-up">Made-up town and made-up data</p>}
      {me && <Pages me={me} page={page} />}
      {me && <Who me={me} />}
      {me?.demo && (
        <p class="demo">
          <strong>Demonstration:</strong> anyone here chooses any role. <a href="/staff/sign-in">Choose another role</a>
        </p>
      )}
    </header>
  );
}

function Pages({ me, page }: { me: Me; page: PageId }) {
  return (
    <nav aria-label="Pages">
      {pagesFor(me.roles).map(({ id, path, title }) => (
        <a key={id} href={path} aria-current={id === page ? "page" : undefined}>
          {title}
        </a>
      ))}
      <a href="/docs">API docs</a>
    </nav>
  );
}

function Who({ me }: { me: Me }) {
  const as = joinWords(roleTitles(me.roles));
  return (
    <div class="who">
      <p>{me.demo ? `Here as ${as}` : `${me.name}, ${as}`}</p>
      {me.demo ? (
        <form method="post" action="/staff/sign-out" onSubmit={forgetCrew}>
          <button class="button">Sign out</button>
        </form>
      ) : (
        <SignOut />
      )}
    </div>
  );
}

// By script, since the answer may lead to the provider of sign-ins, where a form may not go.
function SignOut() {
  const [trouble, setTrouble] = useState<string | null>(null);
  const leave = () => signOut().catch((reason: unknown) => setTrouble(asTrouble(reason).title));
  return (
    <>
      {trouble && <p role="alert">You are still signed in. {trouble}.</p>}
      <button type="button" class="button" onClick={leave}>
        Sign out
      </button>
    </>
  );
}
