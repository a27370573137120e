import type { Listed } from "./contract";
import { spanWords } from "./words";

interface Props {
  editions: Listed[];
  /** first day of the one that is shown */
  from: string;
}

/** One of several periods. The choice is in the address, by its first day. */
export function Chooser({ editions, from }: Props) {
  const standing = editions.filter((e) => !e.withdrawn);
  if (standing.length < 2) return null;
  return (
    <p class="chooser">
      <label for="period">Period</label>
      <select id="period" value={from} onChange={(event) => (location.hash = event.currentTarget.value)}>
        {standing.map((e) => (
          <option key={e.from} value={e.from}>
            {spanWords(e, "to")}
          </option>
        ))}
      </select>
    </p>
  );
}
