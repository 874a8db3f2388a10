// Keys in the pages, with a kiosk that is right and with ones that are not.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { MockKiosk } from '../support/mock_kiosk';
import { kPages, launch } from './browser';
import { MockHub } from './mock_hub';

const kToken = 'T'.repeat(43);
const kSelf = '00000000000000b1';
const kApplicant = '00000000000000a1';
const kInterpreter = '00000000000000c1';
const kPatienceMs = 45_000;

let browser: Browser;
let hub: MockHub;
let page: Page;
let kiosk: MockKiosk;

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
    hub.letters.length = hub.letterTroubles.length = hub.requests.length = 0;
    hub.stand('live');
    hub.clear = [];
    hub.members = [
        { id: kApplicant, name: 'Amina Yusuf', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: kSelf, name: 'J. de Vries', role: 'interviewer', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: kInterpreter, name: 'Daniel Tesfay', role: 'interpreter', present: true, publishing: true, audio: 'on', video: 'on' },
    ];
    hub.slots = [kInterpreter, kApplicant, null, null, null, null];
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, permissions: ['camera', 'microphone'] });
    page = await context.newPage();
    await page.addInitScript(() => {
        const all: RTCPeerConnection[] = ((window as unknown as { connections: RTCPeerConnection[] }).connections = []);
        const Real = RTCPeerConnection;
        window.RTCPeerConnection = class extends Real {
            constructor(configuration?: RTCConfiguration) {
                super(configuration);
                all.push(this);
            }
        };
    });
    await hub.attach(page, kSelf, ['publish', 'subscribe', 'signal', 'pause', 'end']);
    kiosk = await MockKiosk.create();
    await hub.useKiosk(kiosk);
});

const mark = (name: string): Promise<string | null> => page.locator('html').getAttribute(`data-${name}`);
const marked = (name: string, value: string): Promise<void> =>
    page.locator(`html[data-${name}="${value}"]`).waitFor({ state: 'attached', timeout: kPatienceMs });

async function join(fragment = kiosk.fragment(kToken, kSelf)): Promise<void> {
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/${fragment}`);
    await page.click('[data-action="come-in"]');
    await page.locator('[data-capture="microphone"][data-state="on"]').waitFor();
    await page.click('[data-action="join"]');
    await page.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
}

const shown = (person: string, state = ':not([data-cover])') =>
    page.locator(`figure[data-participant="${person}"]${state}`).waitFor({ timeout: kPatienceMs });

/** Of the way up: what its senders are given, and how many packets left. */
const up = (): Promise<{ enabled: boolean[]; packets: number }> => page.evaluate(async () => {
    const { connections } = window as unknown as { connections: RTCPeerConnection[] };
    const sending = connections.flatMap((pc) => pc.connectionState === 'connected' ? pc.getSenders() : []).filter(({ track }) => track !== null);
    let packets = 0;
    for (const sender of sending) for (const stat of (await sender.getStats()).values())
        if (stat.type === 'outbound-rtp') packets += stat.packetsSent;
    return { enabled: sending.map(({ track }) => track?.enabled === true), packets };
});

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + kPatienceMs; !await is();) {
        assert.ok(Date.now() < end, `never: ${what}`);
        await page.waitForTimeout(100);
    }
}

test('pin and secret go nowhere, and the kiosk is told that the link was opened here', async () => {
    await join();
    await marked('keys', 'have');
    const [, pin, secret] = kiosk.fragment(kToken, kSelf).split('.') as [string, string, string];
    assert.equal(page.url(), `${hub.origin}/console/`);
    const said = JSON.stringify([hub.door, hub.said, hub.letters, hub.requests]);
    assert.ok(!said.includes(pin) && !said.includes(secret));
    assert.ok(kiosk.devices.get(kSelf)?.proven);
    assert.deepEqual(hub.letterTroubles, []);
    const kept = await page.evaluate(async () => {
        const database = await new Promise<IDBDatabase>((done) => {
            const request = indexedDB.open('sightline-device', 1);
            request.onsuccess = () => done(request.result);
        });
        const pair = await new Promise<CryptoKeyPair>((done) => {
            const request = database.transaction('keys').objectStore('keys').get('device');
            request.onsuccess = () => done(request.result as CryptoKeyPair);
        });
        return pair.privateKey.extractable;
    });
    assert.equal(kept, false);
});

test('everything that is sent is protected, and without a key nothing but black and silence is even tried', async () => {
    kiosk.releases = false;
    await join();
    await marked('keys', 'waiting');
    await page.locator('[data-band="waiting"] .code').waitFor({ timeout: kPatienceMs });
    assert.match(await page.innerText('[data-band="waiting"]'), /[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/);
    await page.waitForTimeout(1_000);
    assert.deepEqual(await up(), { enabled: [false, false], packets: 0 });
    kiosk.releases = true;
    for (const member of kiosk.members) if (member.id === kSelf) member.key = kiosk.devices.get(kSelf)?.thumbprint ?? '';
    await hub.renewKeys();
    await marked('keys', 'have');
    await until('the real picture and voice', async () => (await up()).enabled.every(Boolean));
    await until('frames that open', async () => (await hub.received()).opened > 50);
    const counts = await hub.received();
    assert.equal(counts.no_trailer, 0);
    await shown(kApplicant);
});

test('pictures go on through a new epoch, and nothing of it is in clear', async () => {
    await join();
    await shown(kApplicant);
    await until('frames', async () => (await hub.received()).opened > 20);
    const epoch = Number(await mark('epoch'));
    await hub.renewKeys();
    await marked('epoch', String(epoch + 1));
    const before = (await hub.received()).opened;
    await until('more frames', async () => (await hub.received()).opened > before + 50);
    await shown(kApplicant);
    assert.equal(await mark('alarm'), null);
    assert.equal((await hub.received()).no_trailer, 0);
    const acks = kiosk.words.filter(({ say }) => say === 'ack').map((word) => word['epoch']);
    assert.deepEqual(acks, [epoch, epoch + 1]);
});

test('a reload is another page of the same device, with new keys', async () => {
    await join();
    await marked('keys', 'have');
    const before = { ...kiosk.devices.get(kSelf) };
    await page.reload();
    await page.click('[data-action="join"]');
    await marked('keys', 'have');
    const now = kiosk.devices.get(kSelf);
    assert.equal(now?.thumbprint, before.thumbprint);
    assert.notEqual(now?.page, before.page);
    assert.notDeepEqual(now?.seal, before.seal);
    await shown(kApplicant);
});

test('a kiosk that is not the one of the link gets nothing, and the person is told loudly', async () => {
    const fragment = kiosk.fragment(kToken, kSelf);
    await hub.useKiosk(await MockKiosk.create());
    await join(fragment);
    await marked('alarm', 'unpinned');
    assert.match(await page.innerText('[data-band="alarm"][role="alert"]'), /not the centre that invited you/);
    assert.ok(hub.letters.every((letter) => letter.includes('"hello"')));
    assert.equal(await mark('keys'), 'none');
    assert.deepEqual((await up()).packets, 0);
});

test('a forged epoch changes nothing and is said; a replayed one changes nothing', async () => {
    await join();
    await shown(kApplicant);
    const first = await kiosk.epochLetter(kSelf);
    await hub.renewKeys();
    const epoch = String(kiosk.epoch);
    await marked('epoch', epoch);
    hub.letter(first);
    await page.waitForTimeout(500);
    assert.equal(await mark('alarm'), null);
    assert.equal(await mark('epoch'), epoch);
    const stranger = await MockKiosk.create();
    hub.letter(await kiosk.epochLetter(kSelf, { epoch: kiosk.epoch + 1, hash: 'h'.repeat(43), previous: kiosk.hash }, stranger.self));
    await marked('alarm', 'forged');
    assert.match(await page.innerText('[data-band="alarm"][role="alert"]'), /tampered/);
    assert.equal(await mark('epoch'), epoch);
    await shown(kApplicant);
});

test('frames in clear are never shown, and the tile says so', async () => {
    hub.clear = [kApplicant];
    await join();
    await shown(kInterpreter);
    await shown(kApplicant, '[data-protected="no"][data-cover="unprotected"]');
    const width = await page.locator(`figure[data-participant="${kApplicant}"] video`).evaluate((video) => (video as HTMLVideoElement).videoWidth);
    assert.equal(width, 0);
    // By slot: what of sound and picture got as far as to be played. The interpreter's did, so this can fail.
    const played = await page.evaluate(async () => {
        const { connections } = window as unknown as { connections: RTCPeerConnection[] };
        const down = connections.filter((pc) => pc.connectionState === 'connected' && pc.getReceivers().length > 4).at(-1);
        const of = async (receiver: RTCRtpReceiver | undefined, what: string): Promise<number> => {
            let sum = 0;
            for (const stat of (await receiver?.getStats())?.values() ?? []) if (stat.type === 'inbound-rtp') sum += stat[what] ?? 0;
            return sum;
        };
        const receivers = down?.getReceivers() ?? [];
        return Promise.all([0, 1].map(async (slot) => [
            await of(receivers[2 * slot], 'totalAudioEnergy') > 0, await of(receivers[2 * slot + 1], 'framesDecoded') > 0]));
    });
    assert.deepEqual(played, [[true, true], [false, false]]);
});

test('the hub cannot show one person’s picture in the place of another', async () => {
    await join();
    await shown(kApplicant);
    // The media stay as they are; only what the hub says of them changes.
    hub.slots = [kApplicant, kInterpreter, null, null, null, null];
    hub.tellAll();
    for (const person of [kApplicant, kInterpreter]) await shown(person, '[data-protected="no"]');
    hub.slots = [kInterpreter, kApplicant, null, null, null, null];
    hub.tellAll();
    for (const person of [kApplicant, kInterpreter]) await shown(person);
});

test('names are the kiosk’s, and somebody with keys whom the hub leaves out is listed', async () => {
    await join();
    await marked('keys', 'have');
    hub.members = hub.members.filter(({ id }) => id !== kInterpreter).map((member) =>
        (member.id === kApplicant ? { ...member, name: 'Somebody Else' } : member));
    hub.members.push({ id: 'e1', name: 'A Stranger', role: 'observer', present: true, publishing: false, audio: 'none', video: 'none' });
    hub.tellAll();
    await page.locator('.roster', { hasText: 'A Stranger' }).waitFor();
    const roster = await page.innerText('.roster');
    assert.match(roster, /Amina Yusuf/);
    assert.match(roster, /Daniel Tesfay/);
    assert.match(roster, /A Stranger\s*Observer · not vouched for/);
    assert.ok(!roster.includes('Somebody Else'));
});

test('the words are compared once, stay so over a reload, and are loud when they change', async () => {
    await join();
    await page.locator('[data-band="open"] .words li').first().waitFor();
    const words = await mark('words');
    assert.deepEqual(await page.locator('[data-band="open"] .words li').allInnerTexts(), words?.split(' '));
    assert.equal(words?.split(' ').length, 6);
    await page.click('[data-action="words-match"]');
    await page.locator('.words-line[data-compared="true"]').waitFor();
    assert.equal(await page.locator('.band').count(), 0);
    await until('the kiosk is told', async () => kiosk.words.some(({ say }) => say === 'matches'));
    await page.reload();
    await page.click('[data-action="join"]');
    await page.locator('.words-line[data-compared="true"]').waitFor();

    kiosk.members.push({ id: '00000000000000d1', name: 'K. Nagy', role: 'observer', key: 'n'.repeat(43) });
    await hub.renewKeys();
    const band = page.locator('[data-band="changed"][role="alert"]');
    await band.waitFor();
    assert.match(await band.innerText(), /words have changed[\s\S]*New: K\. Nagy\./);
    await page.click('[data-action="words-differ"]');
    const alert = page.locator('[data-band="differed"][role="alert"]');
    assert.match(await alert.innerText(), /Say nothing more/);
    await until('the kiosk is told', async () => kiosk.words.some(({ say }) => say === 'differs'));
    await page.click('[data-action="words-end"]');
    await page.click('[data-action="end-confirm"]');
    await until('the centre is asked to end', async () => hub.said.some(({ type, what }) => type === 'ask' && what === 'end'));
});

test('a note goes up sealed, and waits in sight while it cannot', async () => {
    await join();
    await marked('keys', 'have');
    await page.click('[data-action="note"]');
    await page.fill('#note-answer', 'Q12: the journey. Calm.');
    hub.kiosk = undefined;
    await page.click('[data-action="note-send"]');
    await page.locator('[data-note="waiting"]').waitFor();
    assert.match(await page.innerText('.note-list li[data-gone="false"]'), /Q12: the journey\. Calm\.[\s\S]*not sent yet/);
    hub.kiosk = kiosk; // And it goes by itself.
    await page.locator('[data-sent="1"]').waitFor();
    await page.locator('.note-list li[data-gone="true"]').waitFor();
    assert.deepEqual(kiosk.words.filter(({ say }) => say === 'note').map((word) => word['answer']), ['Q12: the journey. Calm.']);
    assert.ok(hub.letters.every((letter) => !letter.includes('journey')));
});

test('a link without keys is said calmly, and nothing is sent', async () => {
    await join(`#${kToken}`);
    await page.locator('[data-band="linkless"]').waitFor();
    assert.equal(await mark('keys'), 'none');
    assert.deepEqual(hub.letters, []);
    assert.equal((await up()).packets, 0);
});

test('half a link does not come in, and a browser that cannot protect is not let in', async () => {
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/#${kToken}.${'p'.repeat(43)}`);
    await page.locator('[data-door="outside"]').waitFor();
    await page.addInitScript(() => { delete (window as { RTCRtpScriptTransform?: unknown }).RTCRtpScriptTransform; });
    for (const name of ['console', 'observer']) {
        await page.goto(`${hub.origin}/${name}/${kiosk.fragment(kToken, kSelf)}`);
        await page.locator('[data-door="unsupported"]').waitFor();
        assert.match(await page.innerText('main'), /Chrome or Edge from version 141, Firefox from 117/);
    }
});

test('the devices panel says where the pages come from and which device this is', async () => {
    await join();
    await page.getByRole('button', { name: 'Devices' }).click();
    const words = await page.innerText('dialog [data-pages="hub"]');
    assert.match(words, /come from the hub[\s\S]*Code of this device: [0-9A-Z]{4}-/);
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('dialog [data-action="save-key"]')]);
    const key = JSON.parse(await readFile(await saved.path(), 'utf8')) as Record<string, string>;
    assert.deepEqual(Object.keys(key).sort(), ['crv', 'kty', 'x', 'y'], 'the public half, and nothing else');
    assert.match(saved.suggestedFilename(), /^sightline-key-[0-9A-Z-]{14}\.json$/);
});
