import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chosen } from "./answer";
import { findPostcode, type Postcodes } from "./postcode";

interface Props {
  /** there is a map to choose a place on */
  map: boolean;
  postcodes: Postcodes | null;
  /** what is said of the chosen place; null where none was chosen */
  sentences: string[] | null;
  /** null takes the last choice back */
  onAsk(chosen: Chosen | null): void;
}

/** The box in which someone asks about one place. Nothing leaves the page: all that it needs was loaded with it. */
export function AboutMyPlace({ map, postcodes, sentences, onAsk }: Props) {
  const [trouble, setTrouble] = useState<string | null>(null);
  if (!map && !postcodes) return null;
  const look = (typed: string) => {
    const found = postcodes && findPostcode(postcodes, typed);
    if (!found) return;
    setTrouble("trouble" in found ? found.trouble : null);
    onAsk("trouble" in found ? null : found);
  };
  return (
    <section class="about" aria-labelledby="about-title">
      <h2 id="about-title">About my place</h2>
      <Answer sentences={sentences ?? (trouble ? [trouble] : null)} />
      {map && (
        <p id="how-to-ask">
          Click or tap your place on the map. With a keyboard: go to the map, move the cross-hair with the arrow keys, and press
          Enter.
        </p>
      )}
      {postcodes && <PostcodeForm onLook={look} />}
      <p class="quiet">Your choice stays in your browser. It is not sent to anyone, nor written into the address of this page.</p>
    </section>
  );
}

function PostcodeForm({ onLook }: { onLook(typed: string): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <form
      class="postcode"
      onSubmit={(event) => {
        event.preventDefault();
        onLook(input.current?.value ?? "");
      }}
    >
      <label for="postcode">Or type a postcode</label>
      <div class="ask">
        <input id="postcode" ref={input} autocomplete="postal-code" spellcheck={false} />
        <button class="button">Ask</button>
      </div>
    </form>
  );
}

function Answer({ sentences }: { sentences: string[] | null }) {
  const box = useRef<HTMLDivElement>(null);
  // A click on the map may be far from where the answer stands.
  useLayoutEffect(() => {
    if (sentences) box.current?.scrollIntoView({ block: "nearest" });
  }, [sentences]);
  return (
    <div ref={box} class={sentences ? "answer is-given" : "answer"} aria-live="polite">
      {sentences?.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}
