// Pages from the delegation's own origin, and a hub that serves altered ones: it has no say. Whatever it answers, no code
// of its own runs, and a script of its own is refused; where people open the hub's own pages it would run, which is what
// the pages say in their device panel (appliance/web/test/page/keys.test.ts).
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { demand, eventually, kRoot, launchChromium, patiently, sleep } from './harness.mjs';

const kPages = path.join(kRoot, 'appliance/web/dist');
const kTypes = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
// As the hub's own (http_server::StaticPages).
const policyFor = (hub) => "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; " +
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; " +
    `connect-src 'self' ${hub} ${hub.replace(/^http/, 'ws')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const kEvil = 'globalThis.altered = true;';
const kLink = `#${'T'.repeat(43)}.${'P'.repeat(43)}.${'S'.repeat(42)}E`;

async function serve(answer) {
    const server = createServer((request, reply) => void answer(request, reply).catch(() => reply.writeHead(404).end()));
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return Object.assign(server, { origin: `http://localhost:${server.address().port}` });
}

async function file(request) {
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = path.join(kPages, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!name.startsWith(kPages)) throw new Error('outside');
    return { type: kTypes[path.extname(name)] ?? 'application/octet-stream', body: await readFile(name) };
}

const asked = [];
const hub = await serve(async (request, reply) => {
    asked.push(request.url);
    const cors = { 'Access-Control-Allow-Origin': request.headers.origin ?? '*', 'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Headers': 'content-type, authorization' };
    if (request.method === 'OPTIONS') return reply.writeHead(204, cors).end();
    if (request.url.startsWith('/v1/')) {
        // Whatever may make a careless page run something.
        const [body, type] = asked.length % 2 === 0 ? [`<script>${kEvil}</script><img src=x onerror="${kEvil}">`, 'text/html']
            : [JSON.stringify({ title: `<script>${kEvil}</script>`, detail: `<img src=x onerror="${kEvil}">` }), 'application/json'];
        return reply.writeHead(400, { ...cors, 'Content-Type': type, Refresh: `0; url=${hub.origin}/console/` }).end(body);
    }
    const { type, body } = await file(request);
    reply.writeHead(200, { ...cors, 'Content-Type': type }).end(type === kTypes['.js'] ? `${kEvil}\n${body}` : body);
});
const own = await serve(async (request, reply) => {
    const { type, body } = await file(request);
    const text = type === kTypes['.html'] ? String(body).replace('name="sightline-hub" content=""', `name="sightline-hub" content="${hub.origin}"`) : body;
    reply.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policyFor(hub.origin) }).end(text);
});

const browser = await launchChromium({ capture: true });
try {
    for (const name of ['console', 'observer']) {
        const page = await browser.newPage();
        const code = [];
        page.on('response', (response) => {
            if (response.request().resourceType() === 'script') code.push(response);
        });
        const refused = [];
        page.on('console', (message) => /Content Security Policy/i.test(message.text()) && refused.push(message.text()));
        await page.goto(`${own.origin}/${name}/${kLink}`);
        const comeIn = page.locator('[data-action="come-in"]');
        await comeIn.or(page.locator('main')).first().waitFor({ timeout: patiently(10000) });
        if (await comeIn.isVisible()) await comeIn.click();
        await eventually('the hub is asked', 10000, () => asked.some((url) => url.startsWith('/v1/')));
        await sleep(1000);
        demand(code.length > 0, 'no code was loaded');
        for (const response of code) {
            const { origin, pathname } = new URL(response.url());
            demand(origin === own.origin, `code came from ${origin}`);
            demand((await response.body()).equals(await readFile(path.join(kPages, pathname))), `${pathname} is not the one that was built`);
        }
        demand(await page.evaluate(() => globalThis.altered === undefined), 'what the hub answered was run');
        demand(page.url().startsWith(own.origin), 'the hub has sent the page elsewhere');
        demand(refused.length === 0, `the page itself is refused something: ${refused[0]}`);
        // A script of the hub's, had it found a way to have it named.
        await page.evaluate((url) => {
            const script = document.createElement('script');
            script.src = url;
            document.head.append(script);
        }, `${hub.origin}/assets/${path.basename(new URL(code[0].url()).pathname)}`);
        await eventually('it is refused', 5000, () => refused.length > 0);
        demand(await page.evaluate(() => globalThis.altered === undefined), 'a script of the hub was run');
        await page.close();
        asked.length = 0;
    }
    const page = await browser.newPage();
    await page.goto(`${hub.origin}/console/${kLink}`);
    demand(await page.evaluate(() => globalThis.altered === true), 'the control: altered pages of the hub were not run where they are opened');
    console.log('altered pages: refused from the own origin, run from the hub');
} finally {
    await browser.close();
    for (const server of [hub, own]) server.close();
}
