// Tells the crew form's service worker which files that page needs: those of its own, and no other.
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import type { Plugin, Rolldown } from "vite";

/** The worker's address below /staff/: its folder is all that it serves. */
export const WORKER = "crew/worker.js";

const PAGE = "crew/index.html";
const BASE = "/staff/";
const PLACEHOLDERS = { files: "__CREW_FILES__", build: "__CREW_BUILD__" };

/** Writes the list of files, and a name that is another for each build of them, into the worker. */
export function crewFiles(): Plugin {
  return {
    name: "crew-files",
    enforce: "post",
    generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      if (worker?.type !== "chunk") throw new Error(`the build made no ${WORKER}`);
      if (worker.imports.length > 0) throw new Error(`${WORKER} imports ${worker.imports}: a worker must be one file`);
      const html = text(bundle, PAGE);
      const files = [...assetsOf(bundle, html), ...inPublic()].sort();
      const build = createHash("sha256").update(html).update(files.join()).digest("hex").slice(0, 12);
      const paths = [BASE + PAGE.replace("index.html", ""), ...files.map((file) => BASE + file)];
      for (const [mark, value] of [[PLACEHOLDERS.files, paths], [PLACEHOLDERS.build, build]] as const) {
        if (!worker.code.includes(mark)) throw new Error(`${WORKER} has no ${mark}`);
        worker.code = worker.code.replace(mark, JSON.stringify(value));
      }
    },
  };
}

/** The files that a text names, those that they name, and so on. Of fonts the smaller form will do. */
function assetsOf(bundle: Rolldown.OutputBundle, first: string): Set<string> {
  const found = new Set<string>();
  const look = (content: string) => {
    for (const name of Object.keys(bundle)) {
      const file = name.split("/").pop() ?? name;
      if (found.has(name) || !name.startsWith("assets/") || name.endsWith(".woff") || !content.includes(file)) continue;
      found.add(name);
      if (/\.(js|css)$/.test(name)) look(text(bundle, name));
    }
  };
  look(first);
  return found;
}

function text(bundle: Rolldown.OutputBundle, name: string): string {
  const file = bundle[name];
  if (!file) throw new Error(`the build made no ${name}`);
  return file.type === "chunk" ? file.code : file.source.toString();
}

/** What is copied as it is: the manifest and its icons. */
function inPublic(): string[] {
  return readdirSync(new URL("staff/public/crew", import.meta.url)).map((name) => `crew/${name}`);
}
