import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Scheme } from "../api";
import type { Preview, Sort } from "./contract";
import type { RowMapProps } from "./row-map";
import { RowTable } from "./row-table";
import { previewText } from "./words";

interface Props {
  scheme: Scheme;
  sort: Sort;
  preview: Preview;
}

/** The first rows as table and, where they have places, as map; what is picked in one is marked in the other. */
export function FirstRows({ scheme, sort, preview }: Props) {
  const [picked, setPicked] = useState<number | null>(null);
  const [refusedOnly, setRefusedOnly] = useState(false);
  const refused = preview.rows.filter((row) => row.refusal);
  const rows = refusedOnly && refused.length > 0 ? refused : preview.rows;
  return (
    <>
      {!preview.problem && (
        <p class="found" role="status">
          {previewText(preview.rows)}
        </p>
      )}
      <div class="first-rows">
        {preview.rows.some((row) => row.point && !row.refusal) && (
          <LazyMap {...{ scheme, picked }} rows={preview.rows} onPick={setPicked} />
        )}
        <div>
          {refused.length > 0 && (
            <div class="which-rows" role="group" aria-label="Rows shown">
              <button type="button" class="button" aria-pressed={!refusedOnly} onClick={() => setRefusedOnly(false)}>
                All
              </button>
              <button type="button" class="button" aria-pressed={refusedOnly} onClick={() => setRefusedOnly(true)}>
                Refused only
              </button>
            </div>
          )}
          <RowTable {...{ scheme, sort, rows, picked }} columns={preview.columns} read={preview.problem === ""} onPick={setPicked} />
        </div>
      </div>
    </>
  );
}

// The map is large, and not every file has places: its code comes when it is needed.
function LazyMap(props: RowMapProps) {
  const [part, setPart] = useState<{ body: ComponentType<RowMapProps> } | null>(null);
  useEffect(() => {
    void import("./row-map").then(({ RowMap }) => setPart({ body: RowMap }));
  }, []);
  return part ? <part.body {...props} /> : <div class="map-pane" />;
}
