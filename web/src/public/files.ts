// Fetches the files of editions. All addresses are relative, so that the page works below any path.
import type { Boundary, Edition, Index, Loaded, Squares } from "./contract";
import type { Postcodes } from "./postcode";

const loads = new Map<string, Promise<Loaded>>();

/** An edition with its files, fetched once. Throws where one of them can't be had. */
export function loadEdition(folder: string): Promise<Loaded> {
  const loading = loads.get(folder) ?? fetchEdition(folder);
  loads.set(folder, loading);
  loading.catch(() => loads.delete(folder));
  return loading;
}

async function fetchEdition(folder: string): Promise<Loaded> {
  const [edition, boundary] = await Promise.all([
    fetchJson<Edition>(`${folder}edition.json`).then(filled),
    fetchJson<Boundary>(`${folder}boundary.geojson`),
  ]);
  const squares = edition.map.why_none ? null : await fetchJson<Squares>(`${folder}map.geojson`);
  return { folder, edition, squares, boundary };
}

/** Only what an edition says of itself, without its map. */
export async function loadSummary(folder: string): Promise<Edition> {
  return loads.get(folder)?.then((l) => l.edition) ?? fetchJson<Edition>(`${folder}edition.json`).then(filled);
}

export function loadIndex(root: string): Promise<Index> {
  return fetchJson<Index>(`${root}editions.json`).then((index) => ({ ...index, editions: index.editions ?? [] }));
}

/** The list of postcodes; null where there is none. */
export function loadPostcodes(root: string): Promise<Postcodes | null> {
  return fetchJson<Postcodes>(`${root}postcodes.json`).catch(() => null);
}

/** Bytes of the files that a link of the chain names, by path. */
export async function loadSizes(root: string, number: number): Promise<Map<string, number>> {
  const { files } = await fetchJson<{ files: { path: string; bytes: number }[] | null }>(`${root}chain/${number}.json`);
  return new Map((files ?? []).map(({ path, bytes }) => [path, bytes]));
}

async function fetchJson<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: the server answered ${answer.status}`);
  return (await answer.json()) as T;
}

// An empty list may be written as null.
function filled(edition: Edition): Edition {
  const { map, tables } = edition;
  return {
    ...edition,
    map: { ...map, legend: map.legend ?? [] },
    tables: { classes: tables.classes ?? [], families: tables.families ?? [], rows: tables.rows ?? [], totals: tables.totals ?? [] },
  };
}
