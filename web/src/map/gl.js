// MapLibre from its sources, as one file for both the page and its workers: as it is published each has all that they share
// once more, 140 kB as they are sent. What the pages don't use stays out. See vite.maplibre.ts.
import "maplibre-gl/src/source/worker"; // does nothing on a page
import { config } from "maplibre-gl/src/util/config";

export { addProtocol } from "maplibre-gl/src/source/protocol_crud";
export { AttributionControl } from "maplibre-gl/src/ui/control/attribution_control";
export { NavigationControl } from "maplibre-gl/src/ui/control/navigation_control";
export { ScaleControl } from "maplibre-gl/src/ui/control/scale_control";
export { Map } from "maplibre-gl/src/ui/map";

config.WORKER_URL = import.meta.url;
