// The service worker: this page's own files, so that it opens without a link. It touches nothing else: no request to the
// hub's interfaces, no dossier, no other page. The page itself is fetched anew whenever there is a link.

declare const SIGHTLINE_OFFICE_FILES: readonly string[]; // relative to this script; the first one is the page
declare const SIGHTLINE_OFFICE_VERSION: string;

interface Waiting extends Event {
    waitUntil(until: Promise<unknown>): void;
}
interface Fetching extends Waiting {
    readonly request: Request;
    respondWith(reply: Promise<Response>): void;
}

const kPrefix = 'sightline-office-';
const kName = `${kPrefix}${SIGHTLINE_OFFICE_VERSION}`;
const kFiles = SIGHTLINE_OFFICE_FILES.map((file) => new URL(file, location.href).href);

const page = (): string => kFiles[0] ?? location.href;
const withoutQuery = (url: string): string => url.split(/[?#]/)[0] ?? url;

async function install(): Promise<void> {
    const cache = await caches.open(kName);
    await cache.addAll(kFiles.map((file) => new Request(file, { cache: 'reload' })));
    await (self as unknown as { skipWaiting(): Promise<void> }).skipWaiting();
}

async function activate(): Promise<void> {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith(kPrefix) && name !== kName).map((name) => caches.delete(name)));
    await (self as unknown as { clients: { claim(): Promise<void> } }).clients.claim();
}

const cached = async (url: string): Promise<Response | undefined> => (await caches.open(kName)).match(url);

/** A link that is there and carries nothing is as none. */
const kPageMs = 4_000;

async function thePage(request: Request): Promise<Response> {
    const kept = await cached(page());
    if (kept === undefined) return fetch(request);
    const late = new Promise<Response>((done) => {
        setTimeout(() => done(kept), kPageMs);
    });
    return Promise.race([fetch(request).then((reply) => (reply.ok ? reply : kept), () => kept), late]);
}

self.addEventListener('install', (event) => (event as Waiting).waitUntil(install()));
self.addEventListener('activate', (event) => (event as Waiting).waitUntil(activate()));
self.addEventListener('fetch', (event) => {
    const { request } = event as Fetching;
    const url = withoutQuery(request.url);
    if (request.method !== 'GET' || !kFiles.includes(url)) return;
    // All but the page have the hash of their contents in their names.
    const reply = url === page() ? thePage(request) : cached(url).then((kept) => kept ?? fetch(request));
    (event as Fetching).respondWith(reply);
});
