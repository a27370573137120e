// Serves a folder on loopback with the headers that the program sends, below a path of its own.
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".geojson": "application/geo+json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".csv": "text/csv; charset=utf-8",
};

// The strictest that the page must work with.
const POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'";

export interface Site {
  origin: string;
  /** address of the page, with a slash at the end */
  address: string;
  close(): void;
}

export async function serveFolder(folder: string, below = "/town/"): Promise<Site> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    const inside = path.startsWith(below) ? normalize(path.slice(below.length)) : "..";
    const file = join(folder, inside === "." || inside === "" ? "index.html" : inside);
    readFile(inside.startsWith("..") ? "" : file).then(
      (content) => response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": POLICY }).end(content),
      () => response.writeHead(404, { "Content-Type": "text/plain" }).end("nothing here"),
    );
  });
  const origin = await listen(server);
  return { origin, address: origin + below, close: () => server.close() };
}

function listen(server: Server): Promise<string> {
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)));
}
