// Which edition is shown, and what it is compared with.
import { useEffect, useState } from "preact/hooks";
import type { Edition, Index, Listed, Loaded } from "./contract";
import { loadEdition, loadPostcodes, loadSizes, loadSummary } from "./files";
import type { Postcodes } from "./postcode";
import { comparable, trendWords } from "./trend";

const DAY = /^#(\d{4}-\d\d-\d\d)$/;

/** The day in the page's address; null where it names none. */
export function dayOf(hash: string): string | null {
  return DAY.exec(hash)?.[1] ?? null;
}

/** The edition that a day asks for, and a word where it can't be had. The latest where none is asked for. */
export function chosenEdition(index: Index, latest: string, day: string | null): { from: string; listed: Listed | null; notice: string | null } {
  const of = (from: string) => index.editions.find((e) => e.from === from && !e.withdrawn) ?? null;
  if (day === null || day === latest) return { from: latest, listed: of(latest), notice: null };
  const listed = of(day);
  if (listed) return { from: day, listed, notice: null };
  const withdrawn = index.editions.some((e) => e.from === day);
  const why = withdrawn ? "The edition that was asked for was withdrawn." : "There is no edition that begins on the day that was asked for.";
  return { from: latest, listed: of(latest), notice: `${why} This is the latest.` };
}

export function useDay(): string | null {
  const [day, setDay] = useState(() => dayOf(location.hash));
  useEffect(() => {
    const update = () => setDay(dayOf(location.hash));
    addEventListener("hashchange", update);
    return () => removeEventListener("hashchange", update);
  }, []);
  return day;
}

/** The files of a folder. Until they are there, or where they can't be had, those before. */
export function useLoaded(first: Loaded, folder: string) {
  const [loaded, setLoaded] = useState(first);
  const [failed, setFailed] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    setFailed(null);
    loadEdition(folder).then(
      (next) => wanted && setLoaded(next),
      () => wanted && setFailed(folder),
    );
    return () => {
      wanted = false;
    };
  }, [folder, attempt]);
  const stale = loaded.folder !== folder;
  return { loaded, stale, trouble: stale && failed === folder, retry: () => setAttempt((n) => n + 1) };
}

/** The list of postcodes, which may be long: the page does not wait for it. null where there is none, or not yet. */
export function usePostcodes(root: string): Postcodes | null {
  const [postcodes, setPostcodes] = useState<Postcodes | null>(null);
  useEffect(() => void loadPostcodes(root).then(setPostcodes), [root]);
  return postcodes;
}

/** Bytes of each file of an edition, by its path in the folder; null until they are known. */
export function useSizes(root: string, listed: Listed | null): Map<string, number> | null {
  const [known, setKnown] = useState<{ of: Listed; sizes: Map<string, number> } | null>(null);
  useEffect(() => {
    let wanted = listed !== null;
    if (listed) loadSizes(root, listed.number).then((sizes) => wanted && setKnown({ of: listed, sizes }), () => undefined);
    return () => {
      wanted = false;
    };
  }, [root, listed]);
  return known?.of === listed ? known.sizes : null;
}

/** The sentence on the change; null until it is known. */
export function useTrend(root: string, index: Index, edition: Edition): string | null {
  const [known, setKnown] = useState<{ of: Edition; text: string } | null>(null);
  useEffect(() => {
    let wanted = true;
    const { before, yearBefore } = comparable(index, edition.period.from);
    const summary = (listed: Listed | null) => (listed ? loadSummary(`${root}${listed.folder}/`).catch(() => null) : null);
    Promise.all([summary(before), summary(yearBefore)]).then(([a, b]) => wanted && setKnown({ of: edition, text: trendWords(edition, a, b) }));
    return () => {
      wanted = false;
    };
  }, [root, index, edition]);
  return known?.of === edition ? known.text : null;
}
