import type { Listed, Loaded } from "./contract";
import { useSizes } from "./hooks";
import { sizeWords } from "./words";

interface Props {
  loaded: Loaded;
  root: string;
  listed: Listed | null;
}

interface File {
  path: string;
  title: string;
  /** it is of the map, so it is there only with one */
  map?: boolean;
  /** it is of the report, which not every edition has */
  report?: boolean;
}

const FILES: File[] = [
  { path: "report.html", title: "The monitoring report of the period, as a plain page that prints well", report: true },
  { path: "report.csv", title: "What the report says of contacts and returns, for a spreadsheet (CSV)", report: true },
  { path: "map.csv", title: "The squares, for a spreadsheet (CSV)", map: true },
  { path: "map.geojson", title: "The squares, for a map program (GeoJSON)", map: true },
  { path: "map.pmtiles", title: "The squares as map tiles (PMTiles)", map: true },
  { path: "tables.csv", title: "The tables, for a spreadsheet (CSV)" },
  { path: "boundary.geojson", title: "The boundary (GeoJSON)" },
  { path: "edition.json", title: "All that the edition says (JSON)" },
  { path: "index.html", title: "The edition as a plain page" },
];

/** The files of the edition, all made from the same value as the page. */
export function Downloads({ loaded, root, listed }: Props) {
  const sizes = useSizes(root, listed);
  return (
    <section aria-labelledby="downloads-title">
      <h2 id="downloads-title">Downloads</h2>
      <ul class="downloads">
        {FILES.filter((f) => (!f.map || loaded.squares) && (!f.report || sizes?.has(f.path))).map(({ path, title }) => (
          <li key={path}>
            <a href={loaded.folder + path}>{title}</a>
            {sizeWords(sizes?.get(path))}
          </li>
        ))}
        {listed && (
          <li>
            <a href={`${root}chain/${listed.number}.json`}>The manifest, with a fingerprint of each file to check them by (JSON)</a>
          </li>
        )}
      </ul>
    </section>
  );
}
