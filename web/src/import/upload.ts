// Sends a file with its progress told, which fetch can't.
import { signInAddress, type Trouble } from "../hooks";
import { type Import, MOST_BYTES, type Sort } from "./contract";
import { formatBytes } from "./words";

export interface Upload {
  done: Promise<Import>;
  cancel(): void;
}

/** What was cancelled is no trouble. */
export const CANCELLED: Trouble = { title: "Cancelled", detail: "Nothing was kept of the file." };

/** Sends a file. The promise throws a Trouble. */
export function upload(file: File, sort: Sort, onProgress: (sent: number) => void): Upload {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.set("file", file);
  const done = new Promise<Import>((resolve, reject) => {
    request.upload.onprogress = ({ loaded }) => onProgress(Math.min(loaded, file.size));
    request.onload = () => (request.status === 201 ? resolve(request.response as Import) : reject(answered(request)));
    request.onerror = () => reject(BROKEN);
    request.onabort = () => reject(CANCELLED);
    request.open("POST", `/v1/imports?sort=${sort}`);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}

const BROKEN: Trouble = { title: "The connection broke", detail: "Or the file was changed or moved while it was read." };

function answered(request: XMLHttpRequest): Trouble {
  if (request.status === 401) location.replace(signInAddress(location));
  const body = (request.response ?? {}) as Partial<Trouble>;
  return {
    title: body.title ?? `The server answered ${request.status}`,
    detail: body.detail ?? "It gave no reason.",
    status: request.status,
  };
}

/** Why a file need not be sent at all; null where it may be. */
export function whyNot(file: Pick<File, "name" | "size">): string | null {
  if (file.size === 0) return `“${file.name}” is empty, or a folder. Choose a file with rows in it.`;
  if (file.size > MOST_BYTES) {
    return `“${file.name}” has ${formatBytes(file.size)}; a file may have 1 GiB (1,074 MB). Cut it into parts and send each: every part needs the first row with the names of the columns.`;
  }
  return null;
}
