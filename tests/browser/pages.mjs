// The pages as the hub serves them: strict policy headers, no capture code for the observer, nothing that some people
// could not use, no link that survives in the address bar.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { mustBeAccessible } from './accessible.mjs';
import { demand, eventually, kRoot, withAppliance } from './harness.mjs';

const kStrict = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'"];
const kCapture = /getUserMedia|getDisplayMedia|enumerateDevices|captureStream|addTrack|replaceTrack|MediaRecorder|ImageCapture/;

async function headersAreStrict({ origin }, page) {
    const reply = await fetch(origin + page);
    demand(reply.status === 200, `${page} is answered ${reply.status}`);
    const policy = (reply.headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim());
    for (const part of kStrict) demand(policy.includes(part), `${page}: its Content-Security-Policy lacks "${part}"`);
    demand(!/unsafe-|data:[^;]*script|\*/.test(policy.filter((part) => !part.startsWith('img-src')).join(';')),
        `${page}: its Content-Security-Policy is loose: ${policy.join('; ')}`);
    demand(reply.headers.get('x-content-type-options') === 'nosniff', `${page}: no nosniff`);
    demand(reply.headers.get('referrer-policy') === 'no-referrer', `${page}: referrers may leave`);
    demand(/no-store/.test(reply.headers.get('cache-control') ?? ''), `${page}: may be stored`);
    return reply;
}

async function observerHasNoCaptureCode({ origin }) {
    const html = await (await fetch(`${origin}/observer/`)).text();
    const scripts = [...html.matchAll(/<script[^>]*src="([^"]+)"/g)].map(([, source]) => source);
    demand(scripts.length > 0, 'the observer page names no script');
    for (const source of scripts) {
        const code = await (await fetch(new URL(source, `${origin}/observer/`))).text();
        const found = kCapture.exec(code);
        demand(found === null, `the observer's ${source} contains ${found?.[0]}`);
        demand(!/\bimport\(/.test(code), `the observer's ${source} could load more code`);
    }
    // The rule can fail: the console's bundle does contain what the observer's must not.
    const assets = path.join(kRoot, 'appliance/web/dist/assets');
    const [name] = (await readdir(assets)).filter((file) => /^inside-.*\.js$/.test(file));
    demand(kCapture.test(await readFile(path.join(assets, name), 'utf8')), 'the console has no capture code either');
}

async function linkIsGone(page, name) {
    const address = await page.evaluate(() => location.href);
    demand(!address.includes('#'), `${name}: the token stays in the address bar`);
}

await withAppliance(async (appliance) => {
    for (const page of ['/', '/console/', '/observer/']) await headersAreStrict(appliance, page);
    const observerReply = await headersAreStrict(appliance, '/observer/');
    const allowed = observerReply.headers.get('permissions-policy') ?? '';
    demand(/camera=\(\)/.test(allowed) && /microphone=\(\)/.test(allowed), `/observer/ may capture: "${allowed}"`);
    for (const outside of ['/../package.json', '/%2e%2e/package.json', '/console/..%2f..%2fpackage.json']) {
        const reply = await fetch(appliance.origin + outside);
        demand(reply.status >= 400, `${outside} is answered ${reply.status}`);
    }
    await observerHasNoCaptureCode(appliance);

    const start = await appliance.open(await appliance.browser({ capture: false }), appliance.origin);
    await mustBeAccessible(start, 'start page');
    const { page: interviewer, join } = await appliance.joinConsole();
    await linkIsGone(interviewer, 'console');
    await mustBeAccessible(interviewer, 'device check');
    await join.click();
    const observer = await appliance.joinObserver();
    await linkIsGone(observer, 'observer page');
    for (const [page, name] of [[interviewer, 'console'], [observer, 'observer page']]) {
        await eventually(`${name} shows the applicant`, 15000, () => page.evaluate(() => {
            const video = document.querySelector('[data-role="applicant"] video');
            return video !== null && video.videoWidth > 0;
        }));
        await mustBeAccessible(page, name);
        demand(page.problems.length === 0, `${name}: ${page.problems.join(' | ')}`);
    }
});
