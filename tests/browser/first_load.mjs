// How soon the console can be used on a link like 3g-average, and how much it loads. Real hub, TLS, a Chromium that has
// never been here, and slow_relay.mjs between them. Counted are the bytes of files (with their headers) from the door to
// the call; timed is, from the first byte of the page, when its first button is there and would obey. Neither jitter nor
// loss: what they do to a figure is chance.
import { chromium, chromiumArguments, demand, kChromium, kMargin, patiently, withAppliance } from './harness.mjs';
import { SlowRelay } from './slow_relay.mjs';
import { profile } from './thin_link.mjs';

const kRuns = 5;
const kMostBytes = 150_000;
const kMostMs = 1000;
/** Nobody's, but as long as a real one: the door opens for it, and only the click would find out. */
const kLink = `#${'T'.repeat(43)}.${'P'.repeat(43)}.${'S'.repeat(42)}E`;

/** Notes in the page when the first button can be pressed: it is drawn, and the page has time for a click. */
function watchForButton() {
    const look = () => {
        const button = document.querySelector('button:not(:disabled):not([aria-disabled="true"])');
        if (button === null || button.getBoundingClientRect().height === 0) return requestAnimationFrame(look);
        requestAnimationFrame(() => setTimeout(() => {
            const [{ responseStart }] = performance.getEntriesByType('navigation');
            window.usableAfter = performance.now() - responseStart;
        }));
    };
    requestAnimationFrame(look);
}

/** Adds up what the page's files take on the wire. */
async function countFiles(page) {
    const cdp = await page.context().newCDPSession(page);
    const files = new Map();
    cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
        const { pathname, protocol } = new URL(request.url);
        if (protocol === 'https:' && !pathname.startsWith('/v1/')) files.set(requestId, { name: pathname, bytes: 0 });
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (files.has(requestId)) files.get(requestId).bytes = encodedDataLength;
    });
    await cdp.send('Network.enable');
    return files;
}

const total = (files) => [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);

/** A Chromium without a past, for which the hub is at the other end of the relay. */
async function visit(appliance, relay, body) {
    const args = [...chromiumArguments({ capture: true }),
        `--host-resolver-rules=MAP localhost:${appliance.tlsPort} 127.0.0.1:${relay.port}`];
    const browser = await chromium.launch({ executablePath: kChromium, args });
    appliance.browsers.push(browser);
    try {
        const context = await browser.newContext({ ignoreHTTPSErrors: true });
        return await body(await context.newPage());
    } finally {
        await browser.close();
    }
}

async function doorOpens(appliance, relay) {
    return visit(appliance, relay, async (page) => {
        const files = await countFiles(page);
        await page.addInitScript(watchForButton);
        await page.goto(`https://localhost:${appliance.tlsPort}/console/${kLink}`, { timeout: patiently(60000) });
        await page.waitForFunction(() => window.usableAfter !== undefined, undefined, { timeout: patiently(60000) });
        demand(await page.locator('[data-action="come-in"]').isVisible(), 'the first button is not that of the door');
        return { ms: await page.evaluate(() => window.usableAfter), bytes: total(files) };
    });
}

/** Of a worker's own script the browser does not say what it took on the wire; the hub says how long it is. */
async function lengthOf(appliance, name) {
    const reply = await fetch(appliance.origin + name, { headers: { 'Accept-Encoding': 'gzip' } });
    const length = Number(reply.headers.get('content-length'));
    await reply.body.cancel();
    demand(reply.ok && length > 0, `${name}: the hub answers ${reply.status}, and no length`);
    return length;
}

async function allUpToTheCall(appliance, relay) {
    return visit(appliance, relay, async (page) => {
        const files = await countFiles(page);
        const link = new URL(appliance.links.interviewer);
        await page.goto(`https://localhost:${appliance.tlsPort}${link.pathname}${link.hash}`, { timeout: patiently(60000) });
        await appliance.comeIn(page);
        await page.locator('[data-action="join"]').click({ timeout: patiently(30000) });
        await page.locator('[data-place="admitted"][data-down="connected"]').waitFor({ timeout: patiently(30000) });
        await page.waitForLoadState('networkidle', { timeout: patiently(30000) });
        for (const file of files.values()) if (file.bytes === 0) file.bytes = await lengthOf(appliance, file.name);
        return files;
    });
}

await withAppliance(async (appliance) => {
    const link = await profile('3g-average');
    const relay = await SlowRelay.open(appliance.tlsPort, link);
    try {
        const runs = [];
        for (let at = 0; at < kRuns; ++at) runs.push(await doorOpens(appliance, relay));
        const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
        const median = times[Math.floor(kRuns / 2)];
        demand(relay.down.bytes >= kRuns * runs[0].bytes, 'the page did not come through the relay');
        console.log(`first_load_button ${Math.round(median)} ms (${times.map(Math.round).join(', ')})`);
        console.log(`first_load_door ${runs[0].bytes} bytes`);
        const files = await allUpToTheCall(appliance, relay);
        for (const { name, bytes } of files.values()) console.log(`  ${name} ${bytes} bytes`);
        console.log(`first_load_call ${total(files)} bytes`);
        demand(total(files) <= kMostBytes, `the console loads ${total(files)} bytes up to the call; ${kMostBytes} are allowed`);
        demand(median <= kMargin * kMostMs, `the first button can be pressed after ${Math.round(median)} ms; ${kMargin * kMostMs} are allowed`);
        // The relay is the link it says it is, or the figures mean nothing.
        demand(median > link.rtt, `the first button came after ${median} ms, which this link does not allow`);
    } finally {
        relay.close();
    }
});
