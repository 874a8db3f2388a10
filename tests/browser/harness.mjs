// What the browser tests share: an appliance of their own on free ports in a directory of its own, and Chromium.
// Everything that was started is stopped when `close` returns, also after a failure.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { probeScript } from './page_probe.mjs';

export const kRoot = fileURLToPath(new URL('../..', import.meta.url));
/** The pages' own node_modules: one lock file for all that runs in Node. */
export const webRequire = createRequire(path.join(kRoot, 'appliance/web/package.json'));
export const { chromium } = webRequire('playwright-core');
export const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const run = promisify(execFile);

/** Throws with the reason unless the condition holds. */
export function demand(condition, reason) {
    if (!condition) throw new Error(reason);
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** On a machine that has other work too, limits of time say only that something does not come at all. */
export const kOnLoadedMachine = process.argv.includes('--on-loaded-machine');

/** How many times a limit counts there. */
export const kMargin = kOnLoadedMachine ? 10 : 1;

/** A limit that is fair on a quiet machine, made fair on this one. */
export const patiently = (limitMs) => Math.max(limitMs, Math.min(kMargin * limitMs, 180000));

/** At least this between two questions: there, those who are asked need the time to get where they are expected. */
const kPauseMs = kOnLoadedMachine ? 250 : 0;

/** What one answer may take longer than all of `eventually`: many have limits of their own. */
const kLateMs = 60000;

/** What is promised; throws with `what` after the limit. */
export function within(limitMs, what, promised) {
    let late;
    const never = new Promise((_, failed) => {
        late = setTimeout(() => failed(new Error(`${what}: not within ${limitMs} ms`)), limitMs);
    });
    return Promise.race([promised, never]).finally(() => clearTimeout(late));
}

/** The first truthy answer, asked every `everyMs`; throws with `what` after the limit, of which `patiently` is thought here. */
export async function eventually(what, quietLimitMs, ask, everyMs = 50) {
    const limitMs = patiently(quietLimitMs);
    const until = Date.now() + limitMs;
    for (;;) {
        // One that hangs is no answer either.
        const answer = await within(limitMs + kLateMs, what, ask());
        if (answer) return answer;
        if (Date.now() > until) throw new Error(`${what}: not within ${limitMs} ms`);
        await sleep(Math.max(everyMs, kPauseMs));
    }
}

/** A port that was free a moment ago, outside the range that the system hands out by itself. */
async function freePort() {
    for (let tries = 0; tries < 100; ++tries) {
        const port = 20000 + Math.floor(Math.random() * 10000);
        const free = await new Promise((done) => {
            const server = net.createServer();
            server.once('error', () => done(false));
            server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => done(true)));
        });
        if (free) return port;
    }
    throw new Error('there is no free port');
}

export function hasOnlyLoopback() {
    return Object.values(os.networkInterfaces()).flat().every((address) => address.internal);
}

/** How the tests start a Chromium; `capture`: with an invented camera, of `fps` pictures a second, and a microphone. */
export function chromiumArguments({ capture, fps = 20 }) {
    const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
        '--autoplay-policy=no-user-gesture-required'];
    if (capture) args.push('--use-fake-ui-for-media-stream', `--use-fake-device-for-media-stream=fps=${fps}`);
    if (hasOnlyLoopback()) args.push('--allow-loopback-in-peer-connection');
    return args;
}

/** Debian's Chromium. */
export const launchChromium = (options) =>
    chromium.launch({ executablePath: kChromium, args: chromiumArguments(options) });

export class Appliance {
    /**
     * Starts hub, kiosk and engine with deploy/run. `buildDir`: whose bin/ holds the programs. `demo`: with the
     * demonstration's interview, which has begun, and its host, who admits everybody; else with no interview.
     * `picture`: of the applicant, as deploy/run takes it; `syncRoot`: the file of a delegation's root whose dossiers are
     * relayed.
     */
    static async start(buildDir, { demo = true, picture = undefined, syncRoot = undefined }) {
        const dir = await mkdtemp(path.join(os.tmpdir(), 'sightline-check-'));
        const appliance = new Appliance(dir, path.resolve(buildDir), await freePort(), await freePort(), await freePort());
        try {
            await appliance.deploy(['--no-build', '--synthetic', '--port', `${appliance.port}`,
                '--tls-port', `${appliance.tlsPort}`, '--touch-port', `${appliance.touchPort}`, ...(demo ? [] : ['--no-demo']),
                ...(picture === undefined ? [] : ['--picture', picture]),
                ...(syncRoot === undefined ? [] : ['--sync-root', syncRoot])]);
            appliance.links = JSON.parse(await readFile(path.join(dir, 'links'), 'utf8'));
        } catch (error) {
            await appliance.close();
            throw new Error(`the appliance did not start: ${error.stderr || error.message}`);
        }
        return appliance;
    }

    constructor(dir, buildDir, port, tlsPort, touchPort) {
        Object.assign(this, { dir, buildDir, port, tlsPort, touchPort, origin: `http://localhost:${port}`, browsers: [] });
    }

    async deploy(options) {
        // The synthetic person is shown nowhere: a test must not open a window on somebody's desk.
        const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' };
        await run(path.join(kRoot, 'deploy/run'), ['--run', this.dir, '--build-dir', this.buildDir, ...options],
            { env, timeout: 60000 });
    }

    /** A Chromium of its own; `capture`: with an invented camera and microphone. */
    async browser(options) {
        const browser = await launchChromium(options);
        this.browsers.push(browser);
        return browser;
    }

    /** A page with the probe in it, come in by one of the links. `prepare`: what else is done to the page before. */
    async open(browser, link, prepare = undefined) {
        const context = await browser.newContext();
        const page = await context.newPage();
        page.problems = [];
        page.on('pageerror', (error) => page.problems.push(String(error)));
        page.on('console', (message) => {
            if (/Content Security Policy/i.test(message.text())) page.problems.push(message.text());
        });
        await page.addInitScript(probeScript());
        await prepare?.(page);
        await page.goto(link);
        if (link.includes('#')) await this.comeIn(page);
        return page;
    }

    /** Uses the invitation, without a passkey. */
    async comeIn(page) {
        await page.locator('[data-action="come-in"]').click({ timeout: patiently(10000) });
        // A passkey is offered where the browser could make one.
        const skip = page.locator('[data-action="skip"]');
        await skip.or(page.locator('[data-action="join"], [data-action="start"]')).waitFor({ timeout: patiently(10000) });
        if (await skip.isVisible()) await skip.click();
    }

    async joinConsole() {
        const page = await this.open(await this.browser({ capture: true }), this.links.interviewer);
        const join = page.locator('[data-action="join"]');
        await join.waitFor({ timeout: patiently(10000) });
        // The self-view has a picture before a person would press the button.
        await page.waitForFunction(() => [...document.querySelectorAll('video')].some((v) => v.videoWidth > 0),
            undefined, { timeout: patiently(10000) });
        return { page, join };
    }

    async joinObserver() {
        const page = await this.open(await this.browser({ capture: false }), this.links.observer);
        await page.locator('[data-action="start"]').click({ timeout: patiently(10000) });
        return page;
    }

    async status() {
        const { stdout } = await run(path.join(this.buildDir, 'bin/sightline'),
            ['--run', this.dir, 'status', '--json'], { timeout: patiently(5000) });
        return JSON.parse(stdout);
    }

    async units() {
        return JSON.parse(await readFile(path.join(this.dir, 'supervisor.json'), 'utf8')).units;
    }

    /** A counter of the hub, summed over its labels. */
    async metric(name) {
        const text = await (await fetch(`${this.origin}/metrics`)).text();
        return text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
            .reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
    }

    async logTail() {
        const tails = [];
        for (const name of ['supervisor', 'hub', 'kiosk', 'engine']) {
            const text = await readFile(path.join(this.dir, `${name}.log`), 'utf8').catch(() => '');
            tails.push(`-- ${name}`, ...text.trim().split('\n').slice(-8));
        }
        return tails.join('\n');
    }

    async close() {
        for (const browser of this.browsers) await browser.close().catch(() => undefined);
        await this.deploy(['--stop']).catch((error) => console.error(`stopping: ${error.stderr || error.message}`));
        await rm(this.dir, { recursive: true, force: true });
    }
}

/** Runs a test's body over an appliance of its own; prints why it failed, and sets the exit code. */
export async function withAppliance(body, options = {}) {
    const at = process.argv.indexOf('--build-dir');
    const buildDir = at > 0 ? process.argv[at + 1] : path.join(kRoot, 'build/release');
    let appliance;
    const stop = () => void appliance?.close().finally(() => process.exit(130));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    try {
        appliance = await Appliance.start(buildDir, options);
        await body(appliance);
    } catch (error) {
        console.error(`failed: ${error.message}`);
        if (appliance) console.error(await appliance.logTail());
        process.exitCode = 1;
    } finally {
        await appliance?.close();
    }
}
