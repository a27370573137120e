import { useEffect, useRef } from "preact/hooks";
import type { Scheme } from "../api";
import { formatMoment, formatNumber } from "../format";
import { ClassMark } from "../marks";
import type { Row, Sort } from "./contract";
import { classText, markOf, reasonText } from "./words";

interface Props {
  scheme: Scheme;
  sort: Sort;
  columns: string[];
  rows: Row[];
  /** false: the columns are not enough to read any row */
  read: boolean;
  /** line of the picked row */
  picked: number | null;
  onPick(line: number): void;
}

/** The first rows: what was understood of each, then the row as it is in the file. */
export function RowTable({ scheme, sort, columns, rows, read, picked, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector(".marked")?.scrollIntoView({ block: "nearest" });
  }, [picked]);
  const known = columns.slice(0, rows[0]?.texts?.length ?? columns.length);
  return (
    <div class="table-scroll row-table" ref={box} tabIndex={0} role="region" aria-label="Table of the first rows">
      <table class="numbers records">
        <Head {...{ sort, read }} columns={known} />
        <tbody>
          {rows.map((row) => (
            <tr key={row.line} class={row.line === picked ? "marked" : ""} aria-current={row.line === picked ? "true" : undefined}>
              <th scope="row">
                <Line row={row} onPick={onPick} />
              </th>
              {read && <Understood {...{ scheme, sort, row }} />}
              {known.map((_, i) => (
                <td key={i} class={`words given ${i === 0 && read ? "as-sent" : ""}`}>
                  {row.texts?.[i]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ sort, read, columns }: Pick<Props, "sort" | "read" | "columns">) {
  const understood = ["Date", ...(sort === "pickups" ? ["Items"] : []), "Class"];
  return (
    <thead>
      <tr>
        <th scope="col" class="words">
          Row
        </th>
        {read &&
          understood.map((title) => (
            <th key={title} scope="col" class={title === "Items" ? "" : "words"}>
              {title}
            </th>
          ))}
        {columns.map((title, i) => (
          <th key={i} scope="col" class={`words ${i === 0 && read ? "as-sent" : ""}`}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Line({ row, onPick }: { row: Row; onPick(line: number): void }) {
  if (!row.point || row.refusal) return <>{row.line}</>;
  return (
    <button type="button" class="place" aria-label={`Row ${row.line} on the map`} onClick={() => onPick(row.line)}>
      {row.line}
    </button>
  );
}

function Understood({ scheme, sort, row }: Pick<Props, "scheme" | "sort"> & { row: Row }) {
  if (row.refusal) {
    return (
      <td class="words refusal" colSpan={sort === "pickups" ? 3 : 2}>
        <strong>Refused.</strong> {reasonText(row.refusal)}
      </td>
    );
  }
  return (
    <>
      <td class="words">{row.at && formatMoment(row.at, scheme.timeZone)}</td>
      {sort === "pickups" && <td>{row.items === null ? "–" : formatNumber(row.items)}</td>}
      <td class="words">
        <ClassMark id={markOf(row)} /> {classText(scheme, row)}
      </td>
    </>
  );
}
