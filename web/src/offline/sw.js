/**
 * Keeps the site in the browser, so that it works without a network. The build puts in which files there are; a new
 * set of files is a new version, which takes over when the last page of the old one is closed.
 */
const VERSION = "__VERSION__";
const FILES = ["__FILES__"];

const OURS = "svcscope-";
const CACHE = OURS + VERSION;
/** A network that is slower than this is as good as none. */
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((n) => n.startsWith(OURS) && n !== CACHE).map((n) => caches.delete(n)));
    // The first visit is served from here at once.
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

/** Names of files change with what is in them: what is kept is right. */
async function file(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

/** The page itself is the newest there is; without a network, the one that is kept. */
async function page(request) {
  const kept = () => caches.match("./", { cacheName: CACHE });
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(kept);
  try {
    const fresh = fetch(request);
    const first = await Promise.race([fresh, late]);
    return first ?? (await fresh);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}
