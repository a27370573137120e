import type { Scheme } from "./api";
import { joinWords } from "./format";
import { type Me, roleTitles } from "./me";

interface Props {
  scheme: Scheme;
  me: Me;
  /** how the paper is to be kept */
  marking: string;
  /** when it is printed, in words */
  at: string;
  /** what is to be said besides */
  more?: string | undefined;
}

/** On paper: how it is to be kept, and who printed it. */
export function PrintMark({ scheme, me, marking, at, more }: Props) {
  return (
    <p class="print-mark">
      <strong>{marking}</strong> {scheme.name}
      {scheme.synthetic ? " (synthetic)" : ""}. Printed by {me.name}, {joinWords(roleTitles(me.roles))}, {at}.{more ? ` ${more}` : ""}
    </p>
  );
}
