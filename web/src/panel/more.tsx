import type { Pages } from "../pages";

/** The way to the next part of a list, for any list. */
export function More<A, T>({ list }: { list: Pages<A, T> }) {
  return (
    <>
      {list.trouble && (
        <p class="trouble" role="alert">
          <strong>No more could be read.</strong> {list.trouble.title}. What is listed stays.
        </p>
      )}
      {list.next && (
        <button type="button" class="button" disabled={list.busy} onClick={list.more}>
          {list.busy ? "Reading…" : "Show more"}
        </button>
      )}
    </>
  );
}
