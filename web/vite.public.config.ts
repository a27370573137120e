import { defineConfig } from "vite";
import { alias, codeSplitting, oxc } from "./vite.maplibre.ts";

// The public page: HTML that is complete by itself, and a script that adds the map. All its addresses are relative, so that
// it works below any path and from a folder of files.
export default defineConfig({
  root: "public",
  base: "./",
  publicDir: false,
  resolve: { alias },
  oxc,
  build: {
    outDir: "../dist/public",
    emptyOutDir: true,
    // The first with light-dark(), which must not be rewritten: the rewriting settles it for the whole page.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: false,
    // MapLibre alone is larger than the default limit.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { output: { codeSplitting } },
  },
});
