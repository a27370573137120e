// The service worker of the crew form: opens the page without a network. It keeps the page's own files, whose list the build
// writes in, and nothing that the server answers besides; visits and settings are kept by the page.

interface Waits extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Fetches extends Waits {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listen: (event: Waits) => void): void;
  addEventListener(type: "fetch", listen: (event: Fetches) => void): void;
}

declare const __CREW_FILES__: string[];
declare const __CREW_BUILD__: string;

const worker = globalThis as unknown as Worker;
const files = new Set(__CREW_FILES__);
const PREFIX = "crew-";
const kept = PREFIX + __CREW_BUILD__;

// All files or none: where one can't be had, as after a sign-out, the build before stays as it is.
async function keepAll(): Promise<void> {
  const cache = await caches.open(kept);
  await cache.addAll([...files].map((path) => new Request(path, { cache: "no-cache" })));
  await worker.skipWaiting();
}

async function dropOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== kept);
  await Promise.all(names.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function serve(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(kept);
  // The server says that its answers go by who asks; these files are the same for all.
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

worker.addEventListener("install", (event) => event.waitUntil(keepAll()));
worker.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
worker.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !files.has(pathname)) return;
  event.respondWith(serve(event.request, pathname));
});
