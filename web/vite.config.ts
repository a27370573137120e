import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const page = (path: string) => fileURLToPath(new URL(`staff/${path}index.html`, import.meta.url));

// The staff pages. Built apart from the public page: the two share no address, so they share no output folder either.
export default defineConfig({
  root: "staff",
  base: "/staff/",
  build: {
    outDir: "../dist/staff",
    emptyOutDir: true,
    rolldownOptions: { input: [page(""), page("incidents/"), page("steward/"), page("crew/"), page("import/"), page("reports/"), page("rounds/")] },
    // The first with light-dark(), which must not be rewritten: the rewriting settles it for the whole page.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Nothing as data: addresses; the content security policy has no such exception for fonts.
    assetsInlineLimit: 0,
    // MapLibre alone is larger than the default limit.
    chunkSizeWarningLimit: 1500,
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: { "/v1": process.env["API"] ?? "http://127.0.0.1:8080" },
  },
});
