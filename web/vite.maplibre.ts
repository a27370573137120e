import { fileURLToPath } from "node:url";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Has "maplibre-gl" built by src/map/gl.js. Its types are those of the package. */
export const alias = [
  { find: /^maplibre-gl$/, replacement: here("src/map/gl.js") },
  { find: /^maplibre-gl\/src\/(.*)$/, replacement: here("node_modules/maplibre-gl/src/$1.ts") },
];

/** Its sources are written for fields that are set, not defined. */
export const oxc = { assumptions: { setPublicClassFields: true }, typescript: { removeClassFieldsWithoutInitializer: true } };

/** Keeps it in a file of its own, which workers load too. */
export const codeSplitting = { groups: [{ name: "maplibre", test: /src\/map\/gl\.js$/ }] };
