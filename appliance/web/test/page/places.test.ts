// Waiting room, states and wishes, as the console shows them.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { kPages, launch } from './browser';
import { MockKiosk } from '../support/mock_kiosk';
import { MockHub } from './mock_hub';

const kSelf = '00000000000000b1';
const kApplicant = '00000000000000a1';
const kInterpreter = '00000000000000c1';
const kMay = ['publish', 'subscribe', 'signal', 'pause', 'end'];

/** Long, because a busy machine is no defect of the page. */
const kPatienceMs = 45_000;

let browser: Browser;
let hub: MockHub;
let context: BrowserContext;
let page: Page;

before(async () => {
    browser = await launch();
    hub = await MockHub.start(browser, kPages);
});

after(async () => {
    await hub.stop();
    await browser.close();
});

beforeEach(async () => {
    await context?.close();
    hub.requests.length = 0;
    hub.said.length = 0;
    hub.stand('live');
    hub.signedIn = 'J. de Vries';
    hub.members = [
        { id: kApplicant, name: 'Amina Yusuf', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: kSelf, name: 'J. de Vries', role: 'interviewer', organisation: 'IND', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: kInterpreter, name: 'Daniel Tesfay', role: 'interpreter', present: true, publishing: true, audio: 'on', video: 'on' },
    ];
    hub.slots = [kInterpreter, kApplicant, null, null, null, null];
    context = await browser.newContext({ viewport: { width: 1366, height: 768 }, permissions: ['camera', 'microphone'] });
    page = await openPage();
    await hub.useKiosk(await MockKiosk.create());
});

async function openPage(): Promise<Page> {
    const opened = await context.newPage();
    await hub.attach(opened, kSelf, kMay);
    return opened;
}

async function join(into: 'lobby' | 'admitted'): Promise<void> {
    if (into === 'lobby') await hub.move('lobby');
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/${hub.kiosk?.fragment('T'.repeat(43), kSelf)}`);
    await page.click('[data-action="come-in"]');
    await page.locator('[data-capture="microphone"]:is([data-state="on"], [data-state="off"])').waitFor();
    await page.click('[data-action="join"]');
    await connected(into);
}

const connected = (place: string): Promise<void> =>
    page.locator(`.root[data-connection="connected"][data-place="${place}"]`).waitFor({ timeout: kPatienceMs });
const saidMedia = (): unknown[] => hub.said.filter((message) => message['type'] === 'media');
const wishes = (): unknown[] => hub.said.filter((message) => message['type'] === 'ask');
const state = (device: string): Promise<string | null> => page.getAttribute(`[data-capture="${device}"]`, 'data-state');
const pictures = (): Promise<number> => page.locator('figure.tile:visible').count();
/** How many elements have something to play: a hidden picture is a picture. */
const sources = (): Promise<number> =>
    page.locator('.stage :is(audio, video)').evaluateAll((all) => all.filter((player) => (player as HTMLMediaElement).srcObject !== null).length);
const applicantShown = (): Promise<void> =>
    page.locator(`figure.featured[data-participant="${kApplicant}"]:not([data-cover])`).waitFor({ timeout: kPatienceMs });

test('whoever comes early waits: told of nobody, seen by nobody, with their own picture', async () => {
    await join('lobby');
    assert.equal(await page.locator('h2').first().innerText(), 'You are in the waiting room');
    const words = await page.innerText('body');
    assert.match(words, /Staff at the centre will let you in/);
    assert.match(words, /nobody sees or hears you/);
    for (const secret of ['Amina', 'Tesfay', 'Interview 12']) assert.ok(!words.includes(secret), secret);
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('.self-view video')?.videoWidth ?? 0) > 0);
    await page.waitForTimeout(1_000);
    assert.deepEqual(hub.requests, []);
    assert.deepEqual(hub.said.map((message) => message['type']), ['hello']);
});

test('a reload does not get anybody past the waiting room', async () => {
    await join('lobby');
    await page.reload();
    await page.click('[data-action="join"]');
    await connected('lobby');
    assert.deepEqual(hub.requests, []);
});

test('letting in connects by itself; sending back stops everything and says so', async () => {
    await join('lobby');
    await hub.move('admitted');
    await connected('admitted');
    await applicantShown();
    assert.deepEqual(hub.requests.filter((request) => request.startsWith('POST')).sort(), ['POST /v1/whep', 'POST /v1/whip']);
    assert.deepEqual(saidMedia().pop(), { type: 'media', audio: 'on', video: 'on' });
    assert.match(await page.innerText('h1'), /Interview 12/);

    await hub.move('lobby');
    await page.locator('.root[data-place="lobby"][data-up="idle"][data-down="idle"]').waitFor();
    const words = await page.innerText('body');
    assert.match(words, /asked you back to the waiting room/);
    assert.ok(!words.includes('Amina') && !words.includes('Interview 12'));
    assert.equal(await sources(), 0);
    assert.equal(await state('camera'), 'on', 'one’s own picture stays');
    await page.waitForTimeout(1_500);
    assert.equal(hub.requests.filter((request) => request.startsWith('POST')).length, 2, 'and nothing is tried again');

    await hub.move('admitted');
    await connected('admitted');
    await applicantShown();
});

test('letting in is joining, not the loss of anything', async () => {
    await join('lobby');
    await page.evaluate(() => {
        const seen: string[] = ((window as unknown as { seen: string[] }).seen = []);
        const root = document.querySelector('.root') as HTMLElement;
        new MutationObserver(() => seen.push(root.dataset['connection'] ?? '')).observe(root, { attributes: true });
    });
    await hub.move('admitted');
    await connected('admitted');
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    assert.ok(seen.includes('joining') && !seen.some((word) => word.startsWith('lost')), seen.join());
});

test('what is off in the waiting room is off inside, and stays off over being sent back', async () => {
    await join('lobby');
    await page.click('[data-capture="microphone"]');
    await page.click('[data-capture="camera"]');
    await hub.move('admitted');
    await connected('admitted');
    assert.deepEqual(saidMedia(), [{ type: 'media', audio: 'muted', video: 'muted' }]);
    await hub.move('lobby');
    await page.locator('.root[data-place="lobby"]').waitFor();
    await hub.move('admitted');
    await connected('admitted');
    assert.deepEqual([await state('microphone'), await state('camera')], ['off', 'off']);
    assert.deepEqual(saidMedia().pop(), { type: 'media', audio: 'muted', video: 'muted' });
});

test('a break takes pictures and voices away at once, and leaves camera and microphone as they are', async () => {
    await join('admitted');
    await applicantShown();
    await page.click('[data-capture="microphone"]');
    hub.stand('paused', { pause: 'break' });
    await page.locator('.root[data-state="paused"]').waitFor();
    assert.equal(await pictures(), 0);
    assert.equal(await sources(), 0, 'no last picture behind the curtain');
    assert.match(await page.innerText('.standing'), /Break: nobody sees or hears anybody\. Your camera and microphone stay/);
    assert.match(await page.innerText('.tile.waiting'), /Break/);
    assert.deepEqual([await state('microphone'), await state('camera')], ['off', 'on']);
    assert.equal(await page.getAttribute('.root', 'data-connection'), 'connected', 'a break is no trouble');

    hub.stand('live');
    await applicantShown();
    assert.deepEqual([await state('microphone'), await state('camera')], ['off', 'on']);
});

test('each pause is told by its name', async () => {
    await join('admitted');
    for (const [pause, words] of [
        ['distress', /time/], ['link-lost', /connection to the centre was lost/], ['private-talk', /observers see and hear nothing/],
    ] as const) {
        hub.stand('paused', { pause });
        await page.locator('.standing', { hasText: words }).waitFor();
    }
    await applicantShown();
});

test('an emptied slot keeps no last picture, and the next person in it is not shown with the one before', async () => {
    await join('admitted');
    await applicantShown();
    hub.slots = [kInterpreter, null, null, null, null, null];
    hub.tellAll();
    await page.locator('.tile.waiting').waitFor();
    assert.equal(await page.locator('video[data-slot="1"]').evaluate((video) => (video as HTMLVideoElement).srcObject), null);
    const covers = page.evaluate(() => new Promise<string[]>((done) => {
        const seen: string[] = [];
        const look = (): void => {
            const tile = document.querySelector<HTMLElement>('figure:has(video[data-slot="0"])');
            if (tile?.dataset['role'] !== 'applicant') return;
            watch.disconnect();
            done([...seen, tile.dataset['cover'] ?? 'none']);
        };
        const watch = new MutationObserver(look);
        watch.observe(document.body, { subtree: true, attributes: true });
    }));
    await hub.seat([kApplicant, kInterpreter, null, null, null, null]);
    assert.deepEqual(await covers, ['starting'], 'covered until a picture of its own');
    await applicantShown();
});

test('one touch asks for a pause; the answer is the new state', async () => {
    await join('admitted');
    await page.click('[data-action="pause"]');
    await page.locator('[data-action="pause"][aria-disabled="true"]', { hasText: 'Pausing' }).waitFor();
    await page.click('[data-action="pause"]', { force: true });
    assert.deepEqual(wishes(), [{ type: 'ask', what: 'pause' }], 'once, however often it is pressed');
    hub.stand('paused', { pause: 'break' });
    await page.locator('.root[data-state="paused"]').waitFor();
    assert.equal(await page.locator('.controls .trouble').count(), 0);
    assert.equal(await page.locator('[data-action="pause"]').count(), 0, 'there is nothing left to pause');
});

test('a pause that is refused, or not answered, is said', async () => {
    await join('admitted');
    await page.click('[data-action="pause"]');
    hub.send({ type: 'error', code: 503, detail: 'the centre cannot be reached' });
    await page.locator('.trouble', { hasText: 'has not taken the pause' }).waitFor();
    await page.click('[data-action="pause"]');
    await page.locator('.trouble').waitFor({ state: 'detached' });
    await page.locator('.trouble', { hasText: 'has not taken the pause' }).waitFor({ timeout: 10_000 });
    assert.equal(wishes().length, 2);
});

test('the end is asked for after a question only', async () => {
    await join('admitted');
    await page.click('[data-action="end"]');
    await page.click('[data-action="end-cancel"]');
    assert.deepEqual(wishes(), []);
    await page.click('[data-action="end"]');
    await page.selectOption('#end-how', 'technical');
    await page.click('[data-action="end-confirm"]');
    await page.locator('[data-action="end"]', { hasText: 'Ending' }).waitFor();
    assert.deepEqual(wishes(), [{ type: 'ask', what: 'end', reason: 'technical' }]);
    hub.stand('ended', { end_reason: 'technical' });
    await page.locator('.root[data-connection="ended"]').waitFor();
    assert.match(await page.innerText('.card'), /has ended[\s\S]*technical reason/);
});

test('who may not ask has no button for it', async () => {
    await hub.attach(page, kSelf, ['publish', 'subscribe', 'signal']);
    await join('admitted');
    assert.equal(await page.locator('[data-action="pause"], [data-action="end"]').count(), 0);
});

test('a removed person is told so, not that the interview has ended', async () => {
    await join('admitted');
    hub.send({ type: 'ended', reason: 'removed' });
    await page.locator('.root[data-connection="ended"]').waitFor();
    assert.match(await page.innerText('h1'), /taken out of the interview/);
});

test('a tab that crashed comes back with camera and microphone as the person left them', async () => {
    await join('admitted');
    await page.click('[data-capture="microphone"]');
    await page.click('[data-capture="camera"]');
    await page.locator('[data-capture="camera"][data-state="off"]').waitFor();
    // Nothing of the page runs any more, and the new tab has a session storage of its own.
    const crashed = page.waitForEvent('crash');
    void (await context.newCDPSession(page)).send('Page.crash').catch(() => undefined);
    await crashed;
    hub.said.length = 0;
    page = await openPage();
    await page.goto(`${hub.origin}/console/`);
    await page.locator('[data-capture="microphone"][data-state="off"]').waitFor();
    await page.locator('[data-capture="camera"][data-state="off"]').waitFor();
    await page.click('[data-action="join"]');
    await connected('admitted');
    assert.deepEqual([await state('microphone'), await state('camera')], ['off', 'off']);
    assert.deepEqual(saidMedia(), [{ type: 'media', audio: 'muted', video: 'muted' }], 'never “on” in between');
});

test('the end of the interview forgets them', async () => {
    await join('admitted');
    await page.click('[data-capture="microphone"]');
    hub.send({ type: 'ended', reason: 'closed' });
    await page.locator('.root[data-connection="ended"]').waitFor();
    assert.deepEqual(await page.evaluate(() => new Promise((done) => {
        const opening = indexedDB.open('sightline');
        opening.onsuccess = () => {
            const asking = opening.result.transaction('kept').objectStore('kept').getAllKeys();
            asking.onsuccess = () => done(asking.result);
        };
    })), []);
    const kept = await page.evaluate(() => [...Object.keys(sessionStorage), ...Object.keys(localStorage)]);
    assert.deepEqual(kept.filter((key) => key.includes('audio')), []);
});
