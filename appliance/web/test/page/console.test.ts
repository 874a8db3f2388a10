import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { kPages, launch } from './browser';
import { MockKiosk } from '../support/mock_kiosk';
import { MockHub } from './mock_hub';

const kToken = 'T'.repeat(43);
const kSelf = '00000000000000b1';
const kApplicant = '00000000000000a1';

/** Long, because a busy machine is no defect of the page. */
const kPatienceMs = 45_000;

let browser: Browser;
let hub: MockHub;
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
    await page?.context().close();
    hub.requests.length = 0;
    hub.said.length = 0;
    hub.failWith = hub.closeWith = hub.refuseSignIn = hub.elsewhere = hub.socketElsewhere = undefined;
    hub.stand('live');
    hub.signedIn = 'J. de Vries';
    hub.offersPasskey = false;
    hub.pictureless = hub.clear = [];
    hub.letters.length = hub.letterTroubles.length = 0;
    hub.door.length = hub.pageless = 0;
    hub.members = [
        { id: kApplicant, name: 'Amina Yusuf', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: kSelf, name: 'J. de Vries', role: 'interviewer', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: '00000000000000c1', name: 'Daniel Tesfay', role: 'interpreter', present: true, publishing: true, audio: 'muted', video: 'on' },
        { id: '00000000000000d1', name: 'K. Nagy', role: 'observer', present: true, publishing: false, audio: 'none', video: 'none' },
    ];
    hub.slots = ['00000000000000c1', kApplicant, null, null, null, null];
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, permissions: ['camera', 'microphone'] });
    page = await context.newPage();
    page.on('console', (message) => {
        if (message.type() === 'error' && message.text().includes('Content Security Policy')) throw new Error(message.text());
    });
    await hub.attach(page, kSelf, ['publish', 'subscribe', 'signal', 'pause', 'end']);
    await hub.useKiosk(await MockKiosk.create());
});

async function join(): Promise<void> {
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/${hub.kiosk?.fragment(kToken, kSelf)}`);
    await page.click('[data-action="come-in"]');
    await page.locator('[data-capture="microphone"][data-state="on"]').waitFor();
    await page.click('[data-action="join"]');
    await page.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
}

/** Each kind once: a busy machine may have needed a second connection. */
const deletions = (): string[] =>
    [...new Set(hub.requests.filter((request) => request.startsWith('DELETE')))].sort();

const lastMedia = (): unknown => hub.said.filter((message) => message['type'] === 'media').pop();

test('the token leaves the address bar, and is sent by the person’s click only', async () => {
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/#${kToken}`);
    await page.locator('[data-door="invited"]').waitFor();
    assert.equal(page.url(), `${hub.origin}/console/`);
    assert.deepEqual(hub.door, [], 'nobody was here before: there is nothing to ask');
    await page.click('[data-action="come-in"]');
    await page.locator('[data-capture="camera"][data-state="on"]').waitFor();
    assert.deepEqual(hub.door, [{ path: '/v1/sign-in', body: { invitation: kToken } }]);
    assert.deepEqual(hub.requests, []);
    assert.deepEqual(hub.said, []);
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    assert.ok(!kept.includes(kToken), kept);
    assert.equal(hub.pageless, 0);
});

test('somebody who is signed in is told who, and the new invitation is used only when they want that', async () => {
    await page.goto(`${hub.origin}/console/`);
    await page.locator('[data-action="join"]').waitFor();
    await page.goto('about:blank');
    await page.goto(`${hub.origin}/console/#${kToken}`);
    await page.locator('[data-door="choosing"]').waitFor();
    assert.match(await page.innerText('main'), /J\. de Vries is signed in already/);
    await page.click('[data-action="go-on"]');
    await page.locator('[data-action="join"]').waitFor();
    assert.ok(hub.door.every(({ path }) => path === '/v1/tickets'));
});

test('who comes to another hub than the interview’s goes to the right one, and comes in there by a click', async () => {
    const other = await MockHub.start(browser, kPages);
    try {
        hub.signedIn = other.signedIn = undefined;
        hub.elsewhere = other.origin;
        await page.goto(`${hub.origin}/console/#${kToken}`);
        await page.click('[data-action="come-in"]');
        await page.waitForURL(`${other.origin}/console/`, { timeout: kPatienceMs });
        await page.locator('[data-door="invited"]').waitFor();
        assert.ok(other.door.every(({ path }) => path === '/v1/tickets'));
        const place = hub.door.find(({ path }) => path === '/v1/place');
        const hash = createHash('sha256').update(kToken).digest('hex');
        assert.deepEqual(place?.body, { invitation_sha256: hash });
        await page.click('[data-action="come-in"]');
        await page.locator('[data-capture="camera"][data-state="on"]').waitFor();
        assert.deepEqual(other.door.filter(({ path }) => path === '/v1/sign-in').map(({ body }) => body), [{ invitation: kToken }]);
    } finally {
        await other.stop();
    }
});

test('who is signed in at a hub that lost the interview goes to the one that has it', async () => {
    const other = await MockHub.start(browser, kPages);
    try {
        hub.elsewhere = other.origin;
        other.signedIn = undefined;
        await page.goto(`${hub.origin}/console/`);
        await page.waitForURL(`${other.origin}/console/`, { timeout: kPatienceMs });
        await page.locator('[data-door="outside"]').waitFor();
    } finally {
        await other.stop();
    }
});

test('whose interview went to another hub in the middle of it goes along', async () => {
    const other = await MockHub.start(browser, kPages);
    try {
        await join();
        other.signedIn = undefined;
        hub.elsewhere = other.origin;
        await hub.restart(); // From now on its tickets are redirected.
        await page.waitForURL(`${other.origin}/console/`, { timeout: kPatienceMs });
    } finally {
        await other.stop();
    }
});

test('a control socket that names another hub takes the page there', async () => {
    const other = await MockHub.start(browser, kPages);
    try {
        await page.goto(`${hub.origin}/console/`);
        await page.locator('[data-action="join"]').waitFor();
        hub.closeWith = 4307;
        hub.socketElsewhere = other.origin;
        await page.click('[data-action="join"]');
        await page.waitForURL(`${other.origin}/console/`, { timeout: kPatienceMs });
    } finally {
        await other.stop();
    }
});

test('each way of being refused is a sentence, and the button stays', async () => {
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/#${kToken}`);
    for (const [status, said] of [
        [401, /interview that is open now/], [410, /used already/], [429, /Wait a minute/], [503, /try again in a minute/],
    ] as const) {
        hub.refuseSignIn = status;
        await page.click('[data-action="come-in"]');
        await page.locator('[data-trouble]').filter({ hasText: said }).waitFor();
    }
    await page.selectOption('.language select', 'fr');
    hub.refuseSignIn = 410;
    await page.click('[data-action="come-in"]');
    await page.locator('[data-trouble="used"]').filter({ hasText: 'a déjà servi' }).waitFor();
    hub.refuseSignIn = undefined;
    await page.click('[data-action="come-in"]');
    await page.locator('[data-action="join"]').waitFor();
});

test('a browser that does not remember it was here, and whose invitation is used up, is asked whether to go on', async () => {
    hub.refuseSignIn = 410; // By this very browser, which was killed a moment later.
    await page.goto(`${hub.origin}/console/#${kToken}`);
    await page.click('[data-action="come-in"]');
    await page.locator('[data-door="choosing"]').waitFor();
    assert.match(await page.innerText('main'), /J\. de Vries is signed in already/);
    await page.click('[data-action="go-on"]');
    await page.locator('[data-action="join"]').waitFor();
});

test('a passkey is offered after coming in, and can be left alone', async () => {
    hub.signedIn = undefined;
    hub.offersPasskey = true;
    await page.goto(`${hub.origin}/console/#${kToken}`);
    await page.click('[data-action="come-in"]');
    await page.locator('[data-door="offered"]').waitFor();
    await page.click('[data-action="skip"]');
    await page.locator('[data-action="join"]').waitFor();
    assert.ok(hub.door.every(({ path }) => !path.includes('passkey')));
});

test('a hub that is away is said, and asked again by a click', async () => {
    hub.failWith = 503;
    await page.goto(`${hub.origin}/console/`);
    await page.locator('h1').filter({ hasText: 'cannot be reached' }).waitFor();
    hub.failWith = undefined;
    await page.click('[data-action="again"]');
    await page.locator('[data-action="join"]').waitFor();
});

test('joining shows the applicant largest, moving, with name and role, and everyone in the roster', async () => {
    await join();
    const applicant = page.locator(`figure.featured[data-participant="${kApplicant}"][data-role="applicant"]`);
    await applicant.locator('video[data-slot="1"]').waitFor();
    await page.waitForFunction(() => (document.querySelector<HTMLVideoElement>('video[data-slot="1"]')?.videoWidth ?? 0) > 0);
    await page.locator('figure.featured:not([data-cover])').waitFor();
    assert.match(await applicant.innerText(), /Amina Yusuf[\s\S]*Applicant/);
    assert.equal(await page.locator('.roster li').count(), 4);
    assert.match(String(hub.said[0]?.['ticket']), /^ticket-/);
    assert.deepEqual(Object.keys(hub.said[0] ?? {}), ['type', 'ticket']);
    assert.equal(hub.pageless, 0);
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'on', video: 'on' });
    assert.deepEqual(hub.requests.sort(), ['POST /v1/whep', 'POST /v1/whip']);
    const kinds = await applicant.locator('audio, video').evaluateAll((players) => (players as HTMLMediaElement[]).map((player) =>
        [player.tagName, (player.srcObject as MediaStream).getTracks().map((track) => track.kind).join(), player.muted]));
    assert.deepEqual(kinds, [['VIDEO', 'video', true], ['AUDIO', 'audio', false]]);
});

test('whoever has had the camera off from the beginning is heard', async () => {
    hub.pictureless = [0];
    await join();
    const interpreter = page.locator('figure[data-role="interpreter"]');
    await interpreter.locator('.cover').waitFor();
    await page.waitForFunction(() =>
        (document.querySelector<HTMLAudioElement>('figure[data-role="interpreter"] audio')?.currentTime ?? 0) > 0.5);
    assert.equal(await interpreter.locator('video').evaluate((video) => (video as HTMLVideoElement).videoWidth), 0);
});

test('what the person has switched off stays off through a restart of the hub, and the page says what happens', async () => {
    await join();
    await page.click('[data-capture="microphone"]');
    await page.click('[data-capture="camera"]');
    await page.locator('[data-capture="camera"][data-state="off"]').waitFor();
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'muted', video: 'muted' });
    hub.said.length = 0;
    const status = page.locator('[role="status"].connection');
    await hub.restart();
    await page.locator('.root:not([data-connection="connected"])').waitFor();
    assert.match(await status.innerText(), /reconnecting/);
    await page.locator('.root[data-connection="back"]').waitFor({ timeout: kPatienceMs });
    await status.filter({ hasText: 'Back again' }).waitFor();
    await page.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
    const tickets = hub.said.filter(({ type }) => type === 'hello').map(({ ticket }) => ticket);
    assert.equal(new Set(tickets).size, tickets.length, 'a ticket was said twice');
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'muted', video: 'muted' });
    assert.equal(await page.getAttribute('[data-capture="microphone"]', 'aria-pressed'), 'false');
    assert.equal(await page.getAttribute('[data-capture="camera"]', 'aria-pressed'), 'false');
    await page.click('[data-capture="camera"]');
    await page.locator('[data-capture="camera"][data-state="on"]').waitFor();
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'muted', video: 'on' });
});

test('a restarted hub that does not know the session yet is asked again until it does', async () => {
    await join();
    hub.failWith = 401;
    hub.closeWith = 4401;
    await hub.restart();
    await page.locator('.root[data-connection="lost"]').waitFor();
    await page.waitForTimeout(3_000);
    assert.equal(await page.getAttribute('.root', 'data-connection'), 'lost');
    hub.failWith = hub.closeWith = undefined;
    await page.locator('.root[data-connection="back"]').waitFor({ timeout: kPatienceMs });
});

test('without a camera one joins with sound, and everybody is told the truth', async () => {
    await page.addInitScript(() => {
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (wish) =>
            wish?.video ? Promise.reject(new DOMException('', 'NotFoundError')) : real(wish);
    });
    await join();
    await page.locator('[data-capture="camera"][data-state="none"]').waitFor();
    assert.match(await page.locator('.trouble').innerText(), /No camera was found/);
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'on', video: 'none' });
});

test('a microphone that disappears is shown as gone, and comes back only by the person’s click', async () => {
    await page.addInitScript(() => {
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        const tracks: MediaStreamTrack[] = ((window as unknown as { tracks: MediaStreamTrack[] }).tracks = []);
        navigator.mediaDevices.getUserMedia = async (wish) => {
            const stream = await real(wish);
            tracks.push(...stream.getAudioTracks());
            return stream;
        };
    });
    await join();
    await page.evaluate(() => (window as unknown as { tracks: MediaStreamTrack[] }).tracks[0]?.dispatchEvent(new Event('ended')));
    await page.locator('[data-capture="microphone"][data-state="none"]').waitFor();
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'none', video: 'on' });
    assert.match(await page.locator('.trouble').innerText(), /cannot hear you/);
    await page.click('[data-capture="microphone"]');
    await page.locator('[data-capture="microphone"][data-state="on"]').waitFor();
    assert.deepEqual(lastMedia(), { type: 'media', audio: 'on', video: 'on' });
});

test('the choices survive a reload of the page', async () => {
    await join();
    await page.click('[data-capture="microphone"]');
    await page.click('[data-capture="camera"]');
    await page.reload();
    await page.locator('[data-capture="microphone"][data-state="off"]').waitFor();
    await page.locator('[data-capture="camera"][data-state="off"]').waitFor();
});

test('another network restarts ICE in place, without calling it a loss', async () => {
    await join();
    await page.evaluate(() => {
        const seen: string[] = ((window as unknown as { seen: string[] }).seen = []);
        const root = document.querySelector('.root') as HTMLElement;
        new MutationObserver(() => seen.push(root.dataset['connection'] ?? '')).observe(root, { attributes: true });
        dispatchEvent(new Event('online'));
    });
    await page.waitForTimeout(1_500);
    assert.equal(hub.requests.filter((request) => request.startsWith('PATCH')).length, 2);
    assert.equal(hub.requests.filter((request) => request.startsWith('POST')).length, 2);
    await page.locator('.root[data-connection="connected"]').waitFor();
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    assert.ok(!seen.includes('lost'), seen.join());
});

test('leaving gives the devices back, tells the hub, and offers to join again', async () => {
    await join();
    await page.click('[data-action="leave"]');
    await page.locator('.root[data-step="left"]').waitFor();
    await page.waitForTimeout(200);
    assert.deepEqual(deletions(), ['DELETE /v1/whep', 'DELETE /v1/whip']);
    assert.deepEqual(hub.said.pop(), { type: 'bye' });
    await page.click('[data-action="again"]');
    await page.click('[data-action="join"]');
    await page.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
});

test('closing the page tells the hub', async () => {
    await join();
    await page.goto('about:blank');
    await page.waitForTimeout(300);
    assert.deepEqual(deletions(), ['DELETE /v1/whep', 'DELETE /v1/whip']);
});

test('the end of the session is said, and the page stays ended', async () => {
    await join();
    hub.send({ type: 'ended', reason: 'closed' });
    await page.locator('.root[data-connection="ended"]').waitFor();
    assert.equal(await page.locator('h1').innerText(), 'The interview has ended');
    const before = hub.requests.length;
    await page.waitForTimeout(1_500);
    assert.ok(hub.requests.slice(before).every((request) => request.startsWith('DELETE')));
});

test('an interview that the centre puts off is not said to have ended, and the page leads back to it', async () => {
    await join();
    hub.send({ type: 'ended', reason: 'later' });
    await page.locator('.root[data-connection="ended"]').waitFor();
    assert.equal(await page.locator('h1').innerText(), 'The interview is not open at the moment');
    assert.equal(await page.evaluate(() => document.querySelectorAll('video').length), 0);
    await page.click('[data-action="again"]');
    await page.locator('.root:not([data-connection="ended"])').waitFor();
});

test('a login that has ended is said at once, and leads back to the door', async () => {
    await page.goto(`${hub.origin}/console/`);
    hub.signedIn = undefined;
    await page.click('[data-action="join"]');
    await page.locator('.root[data-connection="unknown"]').waitFor({ timeout: 5_000 });
    await page.click('[data-action="again"]');
    await page.locator('[data-door="outside"]').waitFor();
});

test('a page without an invitation and without a login asks for one, or for a passkey', async () => {
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/`);
    await page.locator('[data-door="outside"] [data-action="passkey"]').waitFor();
    assert.equal(await page.locator('h1').innerText(), 'Please open your invitation');
});
