// A Chromium with a profile on disk, that can be killed and started again on it: what survives is what a person would
// find again on their computer. It is started here and not by Playwright, so that its process is known.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { chromium, chromiumArguments, eventually, kChromium, patiently, within } from './harness.mjs';

export class Profile {
    /** `dir`: of the profile; made by Chromium. `options` as for chromiumArguments. */
    constructor(dir, options) {
        Object.assign(this, { dir, options });
    }

    /** Resolves with its first page, which shows nothing yet. */
    async start() {
        const portFile = path.join(this.dir, 'DevToolsActivePort');
        await rm(portFile, { force: true }); // Of the one before.
        this.process = spawn(kChromium, [...chromiumArguments(this.options), `--user-data-dir=${this.dir}`,
            // Killed while nothing is in it yet, a spare one for the next page makes Chromium wait for ever.
            '--remote-debugging-port=0', '--no-default-browser-check', '--disable-features=SpareRendererForSitePerProcess',
            'about:blank'], { stdio: 'ignore' });
        this.ended = new Promise((done) => this.process.once('exit', done));
        const port = await eventually('Chromium starts', 30000, async () =>
            Number((await readFile(portFile, 'utf8').catch(() => '')).split('\n')[0]), 20);
        this.browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
        [this.context] = this.browser.contexts();
        this.context.setDefaultTimeout(patiently(30000));
        return this.context.pages()[0] ?? this.context.newPage();
    }

    /** kill -9, as of a computer that has too little memory. */
    async kill() {
        this.process.kill('SIGKILL');
        await this.ended;
    }

    /** kill -9 of what draws its pages: "Aw, snap". Resolves when the browser has noticed. */
    async killTab(page) {
        const crashed = page.waitForEvent('crash', { timeout: patiently(10000) });
        const cdp = await this.browser.newBrowserCDPSession();
        const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
        const at = Date.now();
        for (const { type, id } of processInfo) if (type === 'renderer') process.kill(id, 'SIGKILL');
        await crashed;
        await cdp.detach();
        return at;
    }

    /** A new tab; a Chromium that has lost its wits must not hold the test up for ever. */
    async newPage() {
        return within(patiently(20000), `${this.dir}: Chromium opens a new tab`, this.context.newPage());
    }

    async close() {
        if (this.process === undefined || this.process.exitCode !== null) return;
        this.process.kill('SIGTERM');
        const late = setTimeout(() => this.process.kill('SIGKILL'), 5000);
        await this.ended;
        clearTimeout(late);
    }
}
