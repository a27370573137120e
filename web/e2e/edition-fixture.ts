// A made-up archive of editions in a folder, with the built public page in front of it, as the server or a static host
// has them.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Boundary, Edition, Figure, Index, LonLat, Row, Square, Squares } from "../src/public/contract";
import { addDays, weeksOf } from "../src/weeks";

const ORIGIN: LonLat = [-2.42, 54.72];
const LAT_M = 111_320;
const LON_M = LAT_M * Math.cos((ORIGIN[1] * Math.PI) / 180);

export const LATEST = "2019-04-24";
export const BEFORE = "2019-03-27";
export const WITHDRAWN = "2019-02-27";
export const YEAR_BEFORE = "2018-04-25";

/** A postcode in the managed area, in a square that is shown; and one in a square that is not. */
export const POSTCODES = { "MB1 1AA": degrees(-300, 100), "MB1 9ZZ": degrees(-1700, -1300) };

/** Metres east and north of the middle of the town as a place. */
export function degrees(eastM: number, northM: number): LonLat {
  const round = (n: number) => Math.round(n * 1e7) / 1e7;
  return [round(ORIGIN[0] + eastM / LON_M), round(ORIGIN[1] + northM / LAT_M)];
}

/** The other way round. */
export function metres([lon, lat]: LonLat): [number, number] {
  return [(lon - ORIGIN[0]) * LON_M, (lat - ORIGIN[1]) * LAT_M];
}

export interface Made {
  /** the latest edition has no map */
  mapless?: boolean;
  postcodes?: boolean;
}

/** Writes page and archive into a folder. */
export async function makeSite(folder: string, built: string, { mapless = false, postcodes = true }: Made = {}): Promise<void> {
  await cp(built, folder, { recursive: true });
  const archive = join(folder, "public");
  await mkdir(join(archive, "chain"), { recursive: true });
  const made: [string, number, boolean][] = [[LATEST, 1, mapless], [BEFORE, 1.5, false], [YEAR_BEFORE, 1.01, false]];
  for (const [from, factor, none] of made) await writeEdition(join(archive, from), madeEdition(from, factor, none));
  await writeJson(join(archive, "editions.json"), INDEX);
  for (const number of [1, 3]) await writeJson(join(archive, "chain", `${number}.json`), { number, files: null });
  await writeJson(join(archive, "chain", "4.json"), { number: 4, files: [{ path: "tables.csv", sha256: "", bytes: 5200 }] });
  if (postcodes) await writeJson(join(archive, "postcodes.json"), POSTCODES);
  const page = await readFile(join(folder, "index.html"), "utf8");
  const html = editionHtml(madeEdition(LATEST, 1, mapless));
  await writeFile(join(folder, "index.html"), page.replace(/<!-- edition -->.*<!-- \/edition -->/s, `<!-- edition -->${html}<!-- /edition -->`));
}

const listed = (number: number, from: string, withdrawn = false) => ({ number, from, to: addDays(from, 28), folder: from, withdrawn });
const INDEX: Index = { editions: [listed(4, LATEST), listed(3, BEFORE), listed(2, WITHDRAWN, true), listed(1, YEAR_BEFORE)] };

async function writeEdition(folder: string, edition: Edition): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, "edition.json"), edition);
  await writeJson(join(folder, "boundary.geojson"), BOUNDARY);
  if (!edition.map.why_none) await writeJson(join(folder, "map.geojson"), madeSquares(edition.period.from));
  await writeFile(join(folder, "tables.csv"), "week,class,family,items\n");
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, JSON.stringify(value));
}

const CLASSES = ["managed", "residential", "non_residential", "outside"];
const TITLES = ["Managed area", "Residential", "Non-residential", "Outside"];
const FAMILIES = [{ id: "needles", title: "Needles", mean: 18 }, { id: "condoms", title: "Condoms", mean: 80 }];

function madeEdition(from: string, factor: number, mapless: boolean): Edition {
  const to = addDays(from, 28);
  const weeks = weeksOf({ from, to });
  const rows: Row[] = weeks.flatMap((week, w) =>
    CLASSES.flatMap((klass, c) => FAMILIES.map(({ id, mean }) => ({ week, class: klass, family: id, ...figure((mean * factor * (7 - 2 * c + (w % 2))) / 6, 5) }))),
  );
  return {
    place: "Millbeck",
    synthetic: true,
    period: { from, to, weeks },
    map: mapless ? { why_none: "Fewer than three squares had enough finds.", legend: [] } : { why_none: "", legend: LEGEND },
    tables: {
      classes: CLASSES.map((id, i) => ({ id, title: TITLES[i] ?? id })),
      families: FAMILIES.map(({ id, title }) => ({ id, title })),
      rows,
      totals: FAMILIES.map(({ id, mean }) => ({ family: id, ...figure(mean * factor * 14, 25) })),
    },
    policy: { cuts: [25, 75], min_items: 10, min_days: 3, table_min: 10, table_step: 5, total_step: 25 },
  };
}

const LEGEND = [
  { band: 0, text: "not shown: too few, too rarely, or none", from: 0, below: 0 },
  { band: 1, text: "under 25", from: 0, below: 25 },
  { band: 2, text: "25 to under 75", from: 25, below: 75 },
  { band: 3, text: "75 or more", from: 75, below: 0 },
];

function figure(items: number, step: number): Figure {
  if (items < 10) return { items: "fewer than 10", at_least: 0, at_most: 9 };
  const rounded = step * Math.round(items / step);
  return { items: String(rounded), at_least: Math.max(10, rounded - Math.floor(step / 2)), at_most: rounded + Math.floor(step / 2) };
}

/** About 60 squares of 1000, 500 and 250 m; the smaller ones in the middle, where bands rise. */
export function madeSquares(from: string): Squares {
  const features: Square[] = [];
  const put = (east: number, north: number, side: number): void => {
    const near = Math.hypot(east + side / 2, north + side / 2);
    if ((side === 1000 && near < 1500) || (side === 500 && near < 620)) {
      for (const dn of [side / 2, 0]) for (const de of [0, side / 2]) put(east + de, north + dn, side / 2);
    } else features.push(squareOf(east, north, side, band(east, north, near, from)));
  };
  for (let north = 1000; north >= -2000; north -= 1000) for (let east = -3000; east < 3000; east += 1000) put(east, north, 1000);
  return { type: "FeatureCollection", features };
}

// Made up, but the same each time.
function band(east: number, north: number, near: number, from: string): number {
  const dice = Math.abs(Math.sin(east * 12.9898 + north * 78.233 + Number(from.slice(5, 7)))) % 1;
  if (near > 1500 || dice < 0.25) return near < 700 && dice > 0.1 ? 1 : 0;
  return near < 700 ? 2 + (dice > 0.6 ? 1 : 0) : 1 + (dice > 0.85 ? 1 : 0);
}

function squareOf(east: number, north: number, side: number, value: number): Square {
  const name = `${east < 0 ? "W" : "E"} ${Math.abs(east)} ${north < 0 ? "S" : "N"} ${Math.abs(north)} · ${side} m`;
  return { type: "Feature", properties: { square: name, band: value }, geometry: { type: "Polygon", coordinates: [ring(east, north, east + side, north + side)] } };
}

function ring(west: number, south: number, east: number, north: number): LonLat[] {
  return [degrees(west, south), degrees(east, south), degrees(east, north), degrees(west, north), degrees(west, south)];
}

const made = (id: string, name: string, klass: string, corners: [number, number][]) => ({
  type: "Feature" as const,
  properties: { id, name, class: klass },
  geometry: { type: "Polygon" as const, coordinates: [[...corners, corners[0] ?? [0, 0]].map(([e, n]) => degrees(e, n))] },
});

export const BOUNDARY: Boundary = {
  type: "FeatureCollection",
  features: [
    made("m", "Millbeck managed area", "managed", [[-700, -250], [-150, -420], [420, -300], [520, 180], [60, 420], [-620, 330]]),
    made("r1", "Weaver Street", "residential", [[-1500, 450], [-640, 400], [40, 480], [100, 1200], [-900, 1300]]),
    made("r2", "Riverside", "residential", [[600, -900], [1600, -700], [1500, 150], [560, 120]]),
    made("n1", "Station Yard", "non_residential", [[560, 200], [1450, 230], [1300, 950], [150, 1000], [120, 480]]),
    made("n2", "Mill Lane works", "non_residential", [[-1700, -700], [-780, -800], [-740, 300], [-1600, 350]]),
  ],
};

/** As the server writes it, in short. */
function editionHtml(edition: Edition): string {
  const { classes, families, rows } = edition.tables;
  const table = (family: string, title: string) => {
    const head = classes.map((c) => `<th scope="col">${c.title}</th>`).join("");
    const line = (week: string) => rows.filter((r) => r.week === week && r.family === family).map((r) => `<td>${r.items}</td>`).join("");
    const body = edition.period.weeks.map((week) => `<tr><th scope="row">${week}</th>${line(week)}</tr>`).join("");
    return `<div class="table-scroll" role="region" aria-label="${title} removed" tabindex="0"><table><caption>${title} removed</caption><thead><tr><th scope="col">Week from</th>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
  };
  return `<div id="edition" data-folder="public/${edition.period.from}/"><h2>Millbeck, ${edition.period.from}</h2>
<p>Made-up numbers of a made-up town.</p>${families.map((f) => table(f.id, f.title)).join("")}
<p><a href="public/${edition.period.from}/tables.csv">Tables (CSV)</a></p></div>`;
}
