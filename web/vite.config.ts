import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { crewFiles, WORKER } from "./vite.crew.ts";
import { alias, codeSplitting, oxc } from "./vite.maplibre.ts";

const page = (path: string) => fileURLToPath(new URL(`staff/${path}index.html`, import.meta.url));

// The staff pages. Built apart from the public page: the two share no address, so they share no output folder either.
export default defineConfig({
  root: "staff",
  base: "/staff/",
  plugins: [crewFiles()],
  resolve: { alias },
  oxc,
  build: {
    outDir: "../dist/staff",
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        map: page(""),
        incidents: page("incidents/"),
        steward: page("steward/"),
        crew: page("crew/"),
        import: page("import/"),
        reports: page("reports/"),
        rounds: page("rounds/"),
        worker: fileURLToPath(new URL("src/crew/worker.ts", import.meta.url)),
      },
      // A browser knows the worker again by its address, and lets it see no page above its own folder.
      output: { codeSplitting, entryFileNames: ({ name }) => (name === "worker" ? WORKER : "assets/[name]-[hash].js") },
    },
    // The first with light-dark(), which must not be rewritten: the rewriting settles it for the whole page.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Nothing as data: addresses; the content security policy has no such exception for fonts.
    assetsInlineLimit: 0,
    // MapLibre alone is larger than the default limit.
    chunkSizeWarningLimit: 1500,
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/v1": process.env["API"] ?? "http://127.0.0.1:8080" },
  },
});
