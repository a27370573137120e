import { plural } from "../../format";
import type { Finding, TrueSquare } from "./contract";
import { OutcomeMark } from "./marks";
import { squareNamed } from "./squares";

interface Props {
  findings: Finding[];
  squares: TrueSquare[];
  onPick(square: TrueSquare): void;
}

/** What was checked, in the order of the rules. */
export function Findings({ findings, ...look }: Props) {
  return (
    <ul class="findings" aria-label="Rules">
      {findings.map((f, i) => (
        <li key={`${f.rule} ${i}`} data-passed={f.passed}>
          <OutcomeMark passed={f.passed} />
          <div>
            <strong>{f.passed ? "Holds" : "Broken"}</strong> {f.text}
            {f.details && f.details.length > 0 && <Details details={f.details} open={!f.passed} {...look} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Details({ details, open, squares, onPick }: Omit<Props, "findings"> & { details: string[]; open: boolean }) {
  return (
    <details class="fold" open={open}>
      <summary>{plural(details.length, "square or table", "squares and tables")}</summary>
      <ul class="plain-list">
        {details.map((text) => {
          const square = squareNamed(text, squares);
          return (
            <li key={text}>
              {text}{" "}
              {square && (
                <button type="button" class="link" onClick={() => onPick(square)}>
                  Show it<span class="unseen"> on the maps: {square.square}</span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
