import type { Scheme } from "./api";

export function Header({ scheme }: { scheme: Scheme | null }) {
  return (
    <header class="top">
      <p class="brand">
        <strong>Common Ground</strong>
        {scheme && ` · ${scheme.name}${scheme.synthetic ? " (synthetic)" : ""}`}
      </p>
      {scheme?.synthetic && <p class="made-up">Made-up town and made-up data</p>}
      <nav aria-label="Pages">
        <a href="/staff/" aria-current="page">
          Map
        </a>
        <a href="/docs">API docs</a>
      </nav>
    </header>
  );
}
