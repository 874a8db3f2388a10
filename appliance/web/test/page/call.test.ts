// What interviewer, interpreter and observer have in a running interview, with a kiosk that tells news.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch } from './browser';
import { kInterpreter, kObserver, kPatienceMs, Scene } from './scene';

let browser: Browser;
let scene: Scene;

before(async () => { browser = await launch(); });
after(async () => browser.close());
afterEach(async () => scene.close());

const text = (selector: string): Promise<string> => scene.page.innerText(selector);
const pressed = (action: string): Promise<string | null> => scene.page.getAttribute(`[data-action="${action}"]`, 'aria-pressed');

test('the clock counts the live time, a break counts down, and its end is said', async () => {
    scene = await Scene.open(browser, 'interviewer');
    await scene.enter();
    await scene.tell({ live_ms: 754_000 });
    await scene.page.locator('.clock', { hasText: '0:12:3' }).waitFor();
    const first = await text('.clock');
    await scene.until('it goes on', async () => await text('.clock') !== first);
    scene.hub.stand('paused', { pause: 'break' });
    await scene.tell({ now: 5_000_000, pause_until: 5_000_000 + 2_000, live_ms: 760_000 });
    await scene.page.locator('.countdown', { hasText: /0:0[12] left/ }).waitFor();
    assert.match(await text('.clock'), /0:12:40$/, 'it stands still');
    await scene.page.locator('.countdown', { hasText: 'The break is over' }).waitFor({ timeout: kPatienceMs });
});

test('a note has question, answer and demeanour and says what it is stamped with; a bookmark is one key', async () => {
    scene = await Scene.open(browser, 'interviewer');
    const { page } = scene;
    await scene.enter();
    await scene.tell({ live_ms: 60_000 });
    await page.locator('[data-person] .quality', { hasText: 'connection' }).first().waitFor({ timeout: kPatienceMs });
    await page.click('[data-action="note"]');
    await page.locator('.note [data-link]', { hasText: /Stamped with the time and the link to the applicant, now: link/ }).waitFor();
    await page.fill('#note-question', 'When did you leave?');
    await page.fill('#note-answer', 'In spring.');
    await page.fill('#note-demeanour', 'calm');
    await page.keyboard.press('Control+Enter');
    await page.locator('.note-list li').waitFor();
    assert.deepEqual(await page.evaluate(() => document.activeElement?.id), 'note-question', 'the next question can be written');
    await page.fill('#note-question', 'half');
    await page.keyboard.press('Control+m');
    await page.click('[data-action="bookmark"]');
    await page.locator('[data-note][data-sent="3"]').waitFor({ timeout: kPatienceMs });
    assert.equal(await page.inputValue('#note-question'), 'half');
    const notes = scene.said('note').map(({ question, answer, demeanour, bookmark }) => ({ question, answer, demeanour, bookmark }));
    assert.deepEqual(JSON.parse(JSON.stringify(notes)), [
        { question: 'When did you leave?', answer: 'In spring.', demeanour: 'calm' }, { bookmark: true }, { bookmark: true },
    ]);
    assert.match(await text('.note-list li:last-child'), /When did you leave\?[\s\S]*In spring\.[\s\S]*calm[\s\S]*\d\d:\d\d · 0:01:\d\d · link/);
    assert.match(await text('.note-list li:first-child'), /Bookmark/);
    assert.deepEqual(scene.hub.letterTroubles, []);
});

/** Everything that this browser has written down of the page. */
const written = (page: Page): Promise<string> => page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>) => new Promise<T>((done) => { request.onsuccess = () => done(request.result); });
    const found: string[] = [JSON.stringify([{ ...localStorage }, { ...sessionStorage }])];
    const show = (value: unknown): string =>
        value instanceof ArrayBuffer ? new TextDecoder('latin1').decode(value)
        : value instanceof Uint8Array ? new TextDecoder('latin1').decode(value)
        : value instanceof CryptoKey ? `key, extractable ${value.extractable}`
        : typeof value === 'object' && value !== null ? Object.entries(value).map(([name, part]) => `${name}: ${show(part)}`).join(', ')
        : String(value);
    for (const { name } of await indexedDB.databases()) {
        const database = await read(indexedDB.open(name ?? ''));
        for (const store of database.objectStoreNames)
            for (const value of await read(database.transaction(store).objectStore(store).getAll())) found.push(`${name}/${store} ${show(value)}`);
        database.close();
    }
    return found.join('\n');
});

async function notesKept(): Promise<void> {
    await scene.until('it is on the disk', async () => /sightline-notes\/sealed .*draft: .*list: /s.test(await written(scene.page)));
}

test('a note that is being written, and one that has not gone, outlive the network, a reload and the tab’s crash, and nothing of them is on the disk in clear', async () => {
    scene = await Scene.open(browser, 'interviewer');
    await scene.enter();
    await scene.page.click('[data-action="note"]');
    const kiosk = scene.kiosk;
    scene.hub.kiosk = undefined; // The centre is away.
    await scene.page.fill('#note-answer', 'By the northern road.');
    await scene.page.click('[data-action="note-send"]');
    await scene.page.fill('#note-question', 'Who was with the unfinished');
    await scene.page.fill('#note-answer', 'Two brothers');
    await notesKept();
    const clear = /northern|unfinished|brothers/;
    const kept = await written(scene.page);
    assert.doesNotMatch(kept, clear);
    assert.match(kept, /key: key, extractable false/);

    await scene.page.reload();
    await scene.click('join'); // There are no keys yet: the centre is still away.
    await scene.page.locator('#note-question').waitFor({ timeout: kPatienceMs });
    assert.equal(await scene.page.inputValue('#note-question'), 'Who was with the unfinished');
    assert.equal(await scene.page.inputValue('#note-answer'), 'Two brothers');
    assert.match(await text('.note-list li[data-gone="false"]'), /By the northern road/);
    const before = await written(scene.page);
    await scene.page.fill('#note-demeanour', 'at ease');
    await scene.until('it is on the disk', async () => await written(scene.page) !== before);

    const crashed = scene.page.waitForEvent('crash');
    void (await scene.context.newCDPSession(scene.page)).send('Page.crash').catch(() => undefined);
    await crashed;
    scene.hub.kiosk = kiosk;
    const fresh = await scene.context.newPage();
    await scene.attach(fresh);
    await fresh.goto(scene.address);
    await fresh.locator('[data-capture="microphone"]:is([data-state="on"], [data-state="off"])').waitFor();
    await fresh.click('[data-action="join"]');
    await fresh.locator('#note-question').waitFor({ timeout: kPatienceMs });
    assert.equal(await fresh.inputValue('#note-question'), 'Who was with the unfinished');
    assert.equal(await fresh.inputValue('#note-demeanour'), 'at ease');
    await fresh.locator('.note-list li[data-gone="true"]', { hasText: 'By the northern road' }).waitFor({ timeout: kPatienceMs });
    assert.deepEqual(scene.said('note').map(({ answer }) => answer), ['By the northern road.']);
    assert.doesNotMatch(await written(fresh), clear);

    scene.hub.send({ type: 'ended', reason: 'closed' });
    await fresh.locator('.root[data-connection="ended"]').waitFor();
    await scene.until('they are forgotten', async () => !(await written(fresh)).includes('sightline-notes/sealed'));
});

test('face, room and document: what is shown and what was asked for are said, and arrow keys go between them', async () => {
    scene = await Scene.open(browser, 'interviewer');
    const { page } = scene;
    await scene.enter();
    await page.locator('[data-action="view-face"][data-state="shown"]').waitFor({ timeout: kPatienceMs });
    await page.focus('[data-action="view-face"]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('[data-action="view-document"][data-state="asked"]', { hasText: 'asked for' }).waitFor();
    assert.deepEqual(scene.said('view').map(({ view }) => view), ['document']);
    await scene.tell({ view: 'document', asked_view: '' });
    await page.locator('[data-action="view-document"][data-state="shown"]').waitFor();
    assert.deepEqual([await pressed('view-face'), await pressed('view-document')], ['false', 'true']);
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-action')), 'view-face');
});

test('an interpreter undertakes by joining, says language and dialect, warms up both ways and takes turns', async () => {
    scene = await Scene.open(browser, 'interpreter');
    const { page } = scene;
    await scene.comeIn();
    assert.match(await text('[data-undertaking="interpreter"]'), /confidential/);
    await page.fill('#speech-language', 'Arabic');
    await page.fill('#speech-dialect', 'Sudanese');
    assert.deepEqual(scene.kiosk.words, []);
    await scene.join();
    await scene.until('it is said', () => scene.said('undertake').length === 1);
    await page.locator('[data-warm-up="open"]').waitFor();
    await page.click('[data-action="warm-up-hear"]');
    await page.click('[data-action="warm-up-heard"]');
    await page.locator('[data-warm-up="done"]', { hasText: 'Arabic, Sudanese' }).waitFor({ timeout: kPatienceMs });
    const declared = scene.said('languages').map(({ language, dialect, heard }) => [language, dialect, heard]);
    assert.deepEqual([declared[0], declared.at(-1)], [['Arabic', 'Sudanese', false], ['Arabic', 'Sudanese', true]]);
    await page.locator('.roster', { hasText: 'Arabic, Sudanese – understood both ways' }).waitFor();

    await page.click('[data-action="turn"]');
    await page.locator('[data-turn="own"]', { hasText: 'You are interpreting' }).waitFor({ timeout: kPatienceMs });
    assert.equal(await pressed('turn'), 'true');
    await page.click('[data-action="turn"]');
    await page.locator('[data-turn]').waitFor({ state: 'detached', timeout: kPatienceMs });
    assert.deepEqual(scene.said('turn').map(({ turn }) => turn), ['take', 'give']);
    assert.deepEqual(scene.hub.letterTroubles, []);
});

test('an interpreter whom the page did not know as one is asked inside', async () => {
    scene = await Scene.open(browser, 'interpreter');
    scene.hub.members = scene.hub.members.filter(({ id }) => id !== kInterpreter); // The door is told another role.
    await scene.comeIn();
    await scene.page.locator('[data-action="join"]', { hasText: 'Join the interview' }).waitFor();
    scene.hub.members = [...scene.hub.members, scene.self];
    scene.kiosk.members = scene.hub.members.map(({ id, name, role }) => ({ id, name, role, key: id.padEnd(43, 'k') }));
    await scene.join();
    await scene.page.click('[data-band="undertaking"] [data-action="undertake"]');
    await scene.until('it is said', () => scene.said('undertake').length === 1);
    await scene.page.locator('[data-band="undertaking"]').waitFor({ state: 'detached' });
});

test('everybody is told whose turn it is; only an interviewer can end it', async () => {
    scene = await Scene.open(browser, 'interviewer');
    await scene.enter();
    await scene.tell({ turn: kInterpreter });
    await scene.page.locator('[data-turn="other"]', { hasText: 'Interpreter T is interpreting. Please wait.' }).waitFor();
    await scene.click('turn-back');
    await scene.until('it is said', () => scene.said('turn').some(({ turn }) => turn === 'give'));
    await scene.close();
    scene = await Scene.open(browser, 'observer');
    await scene.enter();
    await scene.tell({ turn: kInterpreter });
    await scene.page.locator('[data-turn="other"]', { hasText: 'Interpreter T is interpreting' }).waitFor();
    assert.equal(await scene.page.locator('button').count(), 0);
});

test('an observer undertakes not to record by starting, and has nothing else on the page', async () => {
    scene = await Scene.open(browser, 'observer');
    await scene.comeIn();
    assert.match(await text('[data-undertaking="observer"]'), /I record nothing/);
    await scene.join();
    await scene.seeApplicant();
    await scene.until('it is said', () => scene.kiosk.news?.undertaken.includes(kObserver) === true);
    assert.equal(await scene.page.locator('button, textarea, input').count(), 0);
});

test('from the invitation to the other side it takes three clicks at most, in each role', async () => {
    for (const role of ['interviewer', 'interpreter', 'observer'] as const) {
        scene = await Scene.open(browser, role);
        scene.hub.offersPasskey = true;
        await scene.page.goto(scene.address + scene.kiosk.fragment('T'.repeat(43), scene.self.id));
        await scene.click('come-in');
        await scene.click('skip');
        await scene.join();
        await scene.seeApplicant();
        assert.ok(scene.clicks <= 3, `${role}: ${scene.clicks} clicks`);
        if (role !== 'observer') await scene.close();
    }
});

test('a second tab says which one has the interview, and takes it over by one click', async () => {
    scene = await Scene.open(browser, 'interviewer');
    await scene.enter();
    const second = await scene.context.newPage();
    await scene.attach(second);
    await second.goto(scene.address);
    await second.locator('[data-door="other-tab"]', { hasText: /Another tab or window of this browser has had it since \d\d:\d\d/ }).waitFor({ timeout: kPatienceMs });
    await scene.page.locator('.root[data-connection="connected"]').waitFor();
    await second.click('[data-action="take-over"]');
    await second.locator('[data-action="join"]').waitFor();
    await scene.page.locator('[data-door="other-tab"]', { hasText: 'goes on in another tab' }).waitFor();
    assert.equal(await scene.page.locator('video, audio').count(), 0);
    await second.click('[data-action="join"]');
    await second.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
    await scene.page.click('[data-action="take-over"]');
    await scene.page.locator('[data-action="join"]').waitFor({ timeout: kPatienceMs });
    await second.locator('[data-door="other-tab"]').waitFor();
});

test('a screen that was locked for a while finds out at once whether its connections live', async () => {
    scene = await Scene.open(browser, 'interviewer');
    await scene.enter();
    const hide = (hidden: boolean, later: number): Promise<void> => scene.page.evaluate(([isHidden, by]) => {
        const real = Date.now;
        Date.now = () => real.call(Date) + Number(by);
        Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
        Date.now = real;
    }, [hidden, later] as const);
    const restarts = (): number => scene.hub.requests.filter((request) => request.startsWith('PATCH')).length;
    await hide(true, 0);
    await hide(false, 2_000);
    await scene.page.waitForTimeout(300);
    assert.equal(restarts(), 0, 'a glance elsewhere is no absence');
    await hide(true, 0);
    await hide(false, 60_000);
    await scene.until('both ways are tried', () => restarts() === 2);
    await scene.page.locator('.root[data-connection="connected"]').waitFor();
    assert.equal(await scene.page.locator('[data-person]').count(), 4);
});
