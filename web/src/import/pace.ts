// How fast something goes, from what was seen of it lately. Pure.

export interface Sample {
  /** milliseconds, of any clock that goes on evenly */
  at: number;
  /** done so far */
  done: number;
}

const LATELY_MS = 10_000;
const LEAST_MS = 1000;

/** The samples with one more: those of the last ten seconds, and one before them. Less than before is a new beginning. */
export function withSample(samples: Sample[], sample: Sample): Sample[] {
  const last = samples[samples.length - 1];
  if (last && sample.done < last.done) return [sample];
  const lately = samples.findLastIndex((s) => s.at <= sample.at - LATELY_MS);
  return [...samples.slice(Math.max(0, lately)), sample];
}

/** Done in a second; null until a second was seen. */
export function rateOf(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  if (!first || !last || last.at - first.at < LEAST_MS) return null;
  return ((last.done - first.done) * 1000) / (last.at - first.at);
}

/** Seconds until all is done; null where it is not known or nothing goes on. */
export function secondsLeft(samples: Sample[], whole: number): number | null {
  const rate = rateOf(samples);
  const last = samples[samples.length - 1];
  return rate && last ? Math.max(0, whole - last.done) / rate : null;
}
