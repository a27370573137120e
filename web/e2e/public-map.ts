// Where a place of the fixture is on the screen, and the other way round.
import type { Page } from "playwright-core";
import type { LonLat } from "../src/public/contract";
import { boundsOf } from "../src/map/bounds";
import { BOUNDARY, LATEST, madeSquares, metres } from "./edition-fixture";

/** How much room src/map/sheet.ts leaves around the whole area. */
const ROOM_PX = 32;

interface Point {
  x: number;
  y: number;
}

/** The map as it opens, on a screen that is wide enough for ROOM_PX. */
export async function wholeView(page: Page) {
  const box = await page.locator(".map canvas").boundingBox();
  const squares = madeSquares(LATEST);
  const bounds = boundsOf(BOUNDARY, { ...squares, features: squares.features.filter((s) => s.properties.band > 0) });
  if (!box || !bounds) throw new Error("no map");
  const [a, b] = [mercator([bounds[0], bounds[1]]), mercator([bounds[2], bounds[3]])];
  const scale = Math.min((box.width - 2 * ROOM_PX) / (b.x - a.x), (box.height - 2 * ROOM_PX) / (a.y - b.y));
  const [middle, at] = [{ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, { x: box.x + box.width / 2, y: box.y + box.height / 2 }];
  return {
    toScreen: (place: LonLat): Point => {
      const p = mercator(place);
      return { x: at.x + (p.x - middle.x) * scale, y: at.y + (p.y - middle.y) * scale };
    },
    toPlace: (p: Point): LonLat => unproject({ x: middle.x + (p.x - at.x) / scale, y: middle.y + (p.y - at.y) / scale }),
  };
}

function mercator([lon, lat]: LonLat): Point {
  return { x: lon / 360, y: -Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI) };
}

function unproject({ x, y }: Point): LonLat {
  return [x * 360, (Math.atan(Math.sinh(-y * 2 * Math.PI)) * 180) / Math.PI];
}

/** The square of the fixture that holds a place, by its name alone: "W 500 N 250 · 250 m". */
export function squareByName(place: LonLat): { name: string; band: number } {
  const [east, north] = metres(place);
  const found = madeSquares(LATEST).features.find(({ properties: { square } }) => {
    const [, we, x, ns, y, side] = /^([WE]) (\d+) ([NS]) (\d+) · (\d+) m$/.exec(square) ?? [];
    const [dx, dy] = [east - (we === "W" ? -1 : 1) * Number(x), north - (ns === "S" ? -1 : 1) * Number(y)];
    return dx >= 0 && dx < Number(side) && dy >= 0 && dy < Number(side);
  });
  return { name: found?.properties.square ?? "", band: found?.properties.band ?? -1 };
}
