// Signing in with a real Chromium at a real hub: an invitation that previews of links do not use up, a passkey made and
// used on a virtual authenticator, two people in one browser, and an observer who stays one. The hub opens its session
// from a file, so no kiosk is needed.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { addAuthenticator } from './authenticator.mjs';
import { demand, eventually, kRoot, launchChromium, patiently } from './harness.mjs';
import { injectRtp, tryControl, tryWhip } from './observer_uplink.mjs';
import { probeScript } from './page_probe.mjs';

const at = process.argv.indexOf('--build-dir');
const buildDir = at > 0 ? process.argv[at + 1] : path.join(kRoot, 'build/release');

const kInvitations = Object.fromEntries(
    ['ida', 'ida2', 'oto'].map((name) => [name, randomBytes(32).toString('base64url')]));
const hashed = (name) => ({
    sha256: createHash('sha256').update(kInvitations[name]).digest('hex'), until: Date.now() + 3_600_000,
});

/** A hub with one session, until `stop`. */
async function startHub(dir) {
    const sessions = path.join(dir, 'sessions.json');
    await writeFile(sessions, JSON.stringify({
        session: '00000000000000a1', title: 'Interview', participants: [
            { id: '00000000000000b1', name: 'Ida Bauer', role: 'interviewer', invitation: hashed('ida') },
            { id: '00000000000000b2', name: 'Jan Smit', role: 'interviewer', invitation: hashed('ida2') },
            { id: '00000000000000b3', name: 'Oto Kern', role: 'observer', invitation: hashed('oto') },
        ],
    }));
    const hub = spawn(path.join(path.resolve(buildDir), 'bin/sightline-hub'), [
        '--listen', '127.0.0.1:0', '--tls-listen', 'off', '--media-bind', '127.0.0.1', '--advertise', '127.0.0.1',
        '--state', path.join(dir, 'state'), '--run', path.join(dir, 'run'),
        '--pages', path.join(kRoot, 'appliance/web/dist'), '--static-token', sessions, '--log-level', 'warn',
    ], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ready = await eventually('the hub listens', 10_000, () =>
        readFile(path.join(dir, 'run/hub.json'), 'utf8').then(JSON.parse, () => undefined));
    return { hub, origin: ready.http };
}

async function openPage(context) {
    const page = await context.newPage();
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) page.problems.push(message.text());
    });
    return page;
}

const door = (page, step) => page.locator(`[data-door="${step}"]`).waitFor();
const isIn = (page) => page.locator('[data-action="join"]').waitFor();

async function interviewer(browser, origin) {
    const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
    const page = await openPage(context);
    const device = await addAuthenticator(page);
    const link = `${origin}/console/#${kInvitations.ida}`;

    // Whoever only fetches or opens the page, as previews of links do, uses nothing up.
    for (let i = 0; i < 2; ++i) {
        const preview = await openPage(await browser.newContext());
        await preview.goto(link);
        await door(preview, 'invited');
        await preview.context().close();
    }
    await page.goto(link);
    await door(page, 'invited');
    demand(page.url() === `${origin}/console/`, `the token stays in the address bar: ${page.url()}`);
    await page.click('[data-action="come-in"]');
    await door(page, 'offered');

    // A device that does not check who holds it gets no passkey, and says so.
    await device.verifies(false);
    await page.click('[data-action="remember"]');
    await page.locator('[data-trouble="cancelled"]').waitFor();
    await device.verifies(true);
    await page.click('[data-action="remember"]');
    await isIn(page);
    const [passkey] = await device.passkeys();
    demand(passkey?.isResidentCredential && passkey.rpId === 'localhost', 'the passkey is not one to come back with');

    const [cookie, ...others] = await context.cookies();
    demand(others.length === 0 && cookie.name === 'sightline-console', `cookies: ${cookie?.name} and ${others.length} more`);
    demand(cookie.httpOnly && cookie.sameSite === 'Strict' && cookie.path === '/', 'the cookie is within reach of others');
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]));
    demand(!Object.values(kInvitations).some((token) => kept.includes(token)), `the page keeps an invitation: ${kept}`);

    // The login lasts over a reload; a real interview is behind the door.
    await page.reload();
    await isIn(page);
    await page.click('[data-action="join"]');
    await page.locator('.root[data-connection="connected"]').waitFor({ timeout: patiently(30_000) });
    console.log('an invitation and its login: in');

    // The same link again, in a browser that forgot: used, in a sentence.
    await context.clearCookies();
    await page.goto('about:blank');
    await page.goto(link);
    await page.click('[data-action="come-in"]');
    await page.locator('[data-trouble="used"]').waitFor();
    // But the device remembers.
    await page.click('[data-action="passkey"]');
    await isIn(page);
    await context.clearCookies();
    await page.goto(`${origin}/console/`);
    await door(page, 'outside');
    const before = (await device.passkeys())[0].signCount;
    await page.click('[data-action="passkey"]');
    await isIn(page);
    demand((await device.passkeys())[0].signCount > before, 'this authenticator does not count');
    console.log('a passkey: back in');

    // A copy of the passkey that is behind in counting gives itself away.
    await device.drop(passkey);
    await device.put({ ...passkey, signCount: 0 });
    await context.clearCookies();
    await page.reload();
    await page.click('[data-action="passkey"]');
    await page.locator('[data-trouble="unknown"]').waitFor();
    console.log('a copied passkey: refused');

    // Another person's invitation in the same tab, while somebody is signed in.
    await page.goto(`${origin}/console/#${kInvitations.ida2}`);
    await door(page, 'invited');
    await page.click('[data-action="come-in"]');
    await door(page, 'offered');
    await page.click('[data-action="skip"]');
    await isIn(page);
    demand(page.problems.length === 0, `the page complained: ${page.problems.join(' | ')}`);
    return context;
}

/** In the same browser as an interviewer, with a login of its own. */
async function observer(context, origin) {
    const page = await openPage(context);
    await page.addInitScript(probeScript());
    await page.goto(`${origin}/observer/#${kInvitations.oto}`);
    await page.click('[data-action="come-in"]');
    await page.click('[data-action="skip"]');
    await page.click('[data-action="start"]');
    await page.locator('.root[data-connection="connected"]').waitFor({ timeout: patiently(30_000) });
    const names = (await context.cookies()).map(({ name }) => name).sort();
    demand(names.join() === 'sightline-console,sightline-observer', `cookies: ${names}`);
    await tryWhip(page);
    await tryControl(page);
    demand(await injectRtp(page) > 0, 'no RTP left the observer in the injection attempt, so it proved nothing');
    demand(page.problems.length === 0, `the page complained: ${page.problems.join(' | ')}`);
    console.log('an observer beside: watches, and does nothing else');
}

const dir = await mkdtemp(path.join(os.tmpdir(), 'sightline-sign-in-'));
let hub;
let browser;
try {
    const started = await startHub(dir);
    hub = started.hub;
    browser = await launchChromium({ capture: true });
    const context = await interviewer(browser, started.origin);
    await observer(context, started.origin);
} catch (error) {
    console.error(`failed: ${error.message}`);
    process.exitCode = 1;
} finally {
    await browser?.close();
    hub?.kill('SIGTERM');
    await rm(dir, { recursive: true, force: true });
}
