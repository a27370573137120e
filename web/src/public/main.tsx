// Adds the map and what can be asked to the page that the server, or a folder of files, gives as plain HTML. Where
// anything fails, that page stays as it was.
import { render } from "preact";
import { openForPrint } from "../print";
import { EditionPage } from "./edition-page";
import { loadEdition, loadIndex } from "./files";

const place = document.getElementById("edition");
const folder = place?.dataset["folder"];
if (place && folder) start(place, folder).catch((reason: unknown) => explain(place, reason));

async function start(place: HTMLElement, folder: string): Promise<void> {
  const root = folder.replace(/[^/]+\/$/, "");
  const [latest, index] = await Promise.all([loadEdition(folder), loadIndex(root).catch(() => ({ editions: [] }))]);
  place.replaceChildren();
  place.dataset["drawn"] = "";
  openForPrint();
  render(<EditionPage latest={latest} root={root} index={index} />, place);
}

function explain(place: HTMLElement, reason: unknown): void {
  console.error(reason);
  const note = document.createElement("p");
  note.className = "trouble";
  note.textContent = "The map could not be drawn: a file of it did not arrive. The numbers on this page are complete. Load the page again to try once more.";
  place.prepend(note);
}
