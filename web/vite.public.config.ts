import { defineConfig } from "vite";

// The public page: HTML and one CSS file, no script.
export default defineConfig({
  root: "public",
  base: "/",
  publicDir: false,
  build: {
    outDir: "../dist/public",
    emptyOutDir: true,
    // The first with light-dark(), which must not be rewritten: the rewriting settles it for the whole page.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
