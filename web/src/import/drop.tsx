import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { whyNot } from "./upload";
import { formatBytes } from "./words";

interface Props {
  file: File | null;
  onChange(file: File): void;
}

/** A file by button, or dropped anywhere on the page. */
export function FileChoice({ file, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [many, setMany] = useState(false);
  const take = (files: FileList | null) => {
    setMany((files?.length ?? 0) > 1);
    if (files?.length === 1 && files[0]) onChange(files[0]);
  };
  const over = useDrop(take);
  const wrong = many ? "One file at a time: send them one after the other." : file && whyNot(file);
  return (
    <div class="drop" role="group" aria-labelledby="drop-title" aria-describedby="drop-help" data-over={over}>
      <p id="drop-title">
        <strong>{file ? file.name : "Drop a file here"}</strong>
        {file && `, ${formatBytes(file.size)}`}
      </p>
      <input ref={input} type="file" hidden onChange={(event) => take(event.currentTarget.files)} />
      <button type="button" class="button" onClick={() => input.current?.click()}>
        {file ? "Choose another file" : "Choose a file"}
      </button>
      <p id="drop-help" class="quiet">
        One file of up to 1 GiB, dropped anywhere on this page or chosen with the button: an Excel workbook (.xlsx) or CSV, whose first
        row names the columns; or points as GeoJSON, a GeoPackage, or a shapefile with all its parts in one zip. Any of them may be packed
        with gzip.
      </p>
      <div role="status">{wrong && <p class="wrong">{wrong}</p>}</div>
    </div>
  );
}

/** Takes files that are dropped on the page; returns whether some are held over it. */
function useDrop(take: (files: FileList) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  // Before the paint: a file may be dropped as soon as the page is seen.
  useLayoutEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const listen = (type: "dragenter" | "dragover" | "drop", isOver: boolean) =>
      addEventListener(
        type,
        (event) => {
          if (!event.dataTransfer?.types.includes("Files")) return;
          // Else the browser would open the file in place of the page.
          event.preventDefault();
          setOver(isOver);
          if (type === "drop") latest.current(event.dataTransfer.files);
        },
        { signal },
      );
    listen("dragenter", true);
    listen("dragover", true);
    listen("drop", false);
    addEventListener("dragleave", (event) => event.relatedTarget === null && setOver(false), { signal });
    return () => abort.abort();
  }, []);
  return over;
}
