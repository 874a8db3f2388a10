import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { kPages, launch } from './browser';
import { MockKiosk } from '../support/mock_kiosk';
import { MockHub } from './mock_hub';

const kCapture = ['getUserMedia', 'getDisplayMedia', 'addTrack', 'replaceTrack', 'sendonly', 'sendrecv', 'v1/whip', 'enumerateDevices'];

const bundle = async (name: string): Promise<string> => {
    const files = await readdir(join(kPages, 'assets'));
    const file = files.find((found) => found.startsWith(`${name}-`) && found.endsWith('.js'));
    assert.ok(file, `no bundle of ${name}`);
    return readFile(join(kPages, 'assets', file), 'utf8');
};

test('the bundles of the observer’s and the office page contain no capture code', async () => {
    for (const name of ['observer', 'office']) {
        const text = await bundle(name);
        for (const word of kCapture) assert.ok(!text.includes(word), `the bundle of ${name} contains ${word}`);
    }
    // The same search finds these in the console, so it can fail.
    assert.ok((await bundle('inside')).includes('getUserMedia'));
});

test('pages have no inline script or style, and every asset has a compressed copy', async () => {
    for (const page of ['index.html', 'console/index.html', 'observer/index.html', 'office/index.html']) {
        const html = await readFile(join(kPages, page), 'utf8');
        assert.doesNotMatch(html, /<script(?![^>]* src=)|<style|style=|\son\w+=/);
        await readFile(join(kPages, `${page}.gz`));
    }
});

/** Comes in with their link. */
async function open(hub: MockHub, page: Page): Promise<MockKiosk> {
    const kiosk = await MockKiosk.create(true);
    await hub.useKiosk(kiosk);
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/observer/${kiosk.fragment('T'.repeat(43), 'd1')}`);
    await page.click('[data-action="come-in"]');
    await page.click('[data-action="start"]');
    return kiosk;
}

test('an observer watches: pictures and names, nothing sent', async () => {
    const browser = await launch();
    const hub = await MockHub.start(browser, kPages);
    try {
        hub.members = [
            { id: 'a1', name: 'Amina Yusuf', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'on' },
            { id: 'd1', name: 'K. Nagy', role: 'observer', present: true, publishing: false, audio: 'none', video: 'none' },
        ];
        hub.slots = ['a1', null, null, null, null, null];
        const page = await (await browser.newContext()).newPage();
        await hub.attach(page, 'd1', ['subscribe']);
        const kiosk = await open(hub, page);
        await page.locator('.root[data-connection="connected"][data-up="none"]').waitFor({ timeout: 45_000 });
        await page.locator('figure.featured[data-participant="a1"]:not([data-cover])').waitFor({ timeout: 45_000 });
        assert.deepEqual(await page.locator('button').evaluateAll((all) => all.map((each) => each.outerHTML)), []);
        await page.locator('.words-line[data-compared="false"] .words li').first().waitFor();
        assert.deepEqual(kiosk.words.map(({ say }) => String(say)).sort(), ['ack', 'undertake']);
        assert.deepEqual(hub.letterTroubles, []);
        assert.deepEqual(hub.requests, ['POST /v1/whep']);
        assert.deepEqual(hub.said.map((message) => message['type']), ['hello']);
    } finally {
        await hub.stop();
        await browser.close();
    }
});

test('an observer waits, is let in, and is kept out of breaks and private talks', async () => {
    const browser = await launch();
    const hub = await MockHub.start(browser, kPages);
    try {
        hub.members = [
            { id: 'a1', name: 'Amina Yusuf', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'on' },
            { id: 'd1', name: 'K. Nagy', role: 'observer', organisation: 'Ministry', present: true, publishing: false, audio: 'none', video: 'none' },
        ];
        hub.slots = ['a1', null, null, null, null, null];
        const page = await (await browser.newContext()).newPage();
        await hub.attach(page, 'd1', ['subscribe']);
        await hub.move('lobby');
        await open(hub, page);
        await page.locator('.root[data-connection="connected"][data-place="lobby"]').waitFor();
        assert.match(await page.innerText('main'), /waiting room[\s\S]*Staff at the centre will let you in/);
        assert.ok(!(await page.innerText('body')).includes('Amina'));
        assert.deepEqual(hub.requests, []);

        await hub.move('admitted');
        const picture = page.locator('figure.featured[data-participant="a1"]:not([data-cover])');
        await picture.waitFor({ timeout: 45_000 });
        assert.match(await page.innerText('.unseen'), /Nobody sees or hears you\. .*K\. Nagy, Ministry/);
        assert.match(await page.innerText('.roster'), /Amina Yusuf/);
        for (const [pause, words] of [['private-talk', /without observers/], ['break', /Break/]] as const) {
            hub.stand('paused', { pause });
            await page.locator('.standing', { hasText: words }).waitFor();
            assert.equal(await picture.count(), 0);
            assert.equal(await page.locator('video[data-slot="0"]').evaluate((video) => (video as HTMLVideoElement).srcObject), null);
        }
        hub.stand('live');
        await picture.waitFor({ timeout: 45_000 });
        await hub.move('lobby');
        await page.locator('.root[data-place="lobby"][data-down="idle"]').waitFor();
        assert.equal(await page.locator('video').count(), 0);
        assert.deepEqual(hub.said.map((message) => message['type']), ['hello']);
    } finally {
        await hub.stop();
        await browser.close();
    }
});
