// What the server says lies beneath the maps of this page. What draws it is fetched where there is something; see beneath.ts.

/** One of `archive` (PMTiles), `tiles` (a template) and `style` (of MapLibre) is there: an address. */
export interface Basemap {
  archive?: string;
  tiles?: string;
  style?: string;
  /** tiles are vector tiles with the layers of Protomaps, not pictures */
  vector?: boolean;
  /** whom it is by */
  by?: string;
}

export function basemapOfPage(): Basemap | null {
  const said = document.querySelector<HTMLMetaElement>('meta[name="basemap"]')?.content;
  return said ? (JSON.parse(said) as Basemap) : null;
}
