import { defineConfig } from "vite";

// The public page: HTML and one CSS file, no script.
export default defineConfig({
  root: "public",
  base: "/",
  publicDir: false,
  build: {
    outDir: "../dist/public",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
  },
});
