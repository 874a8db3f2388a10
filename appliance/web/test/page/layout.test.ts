// Where things are: nothing moves by itself, nothing is cut off or covered at any size, and everybody can use each state.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { mustBeAccessible } from '../support/accessible.mjs';
import { launch } from './browser';
import { everySize } from './sizes';
import { kApplicant, kInterpreter, kInterviewer, kPeople, kPatienceMs, kSecond, Scene } from './scene';

let browser: Browser;
let scene: Scene;

before(async () => { browser = await launch(); });
after(async () => browser.close());
afterEach(async () => scene.close());

/** Begins to add up what moves without the person having done anything. */
const watchShifts = (page: Page): Promise<void> => page.evaluate(() => {
    const shifts: string[] = ((window as unknown as { shifts: string[] }).shifts = []);
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as unknown as (PerformanceEntry & {
            value: number; hadRecentInput: boolean;
            sources: { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
        })[]) {
            if (entry.hadRecentInput) continue;
            const rect = ({ x, y, width, height }: DOMRectReadOnly): string => [x, y, width, height].map(Math.round).join(',');
            shifts.push(`${entry.value.toFixed(4)} ${entry.sources.map(({ node, previousRect, currentRect }) =>
                `${node instanceof Element ? `${node.localName}.${node.className}` : node?.nodeName} ${rect(previousRect)} > ${rect(currentRect)}`).join('; ')}`);
        }
    }).observe({ type: 'layout-shift', buffered: false });
});
const shifts = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);

/** Where the things are that somebody may be about to touch or is looking at. */
const places = (page: Page): Promise<Record<string, string>> => page.evaluate(() => Object.fromEntries(
    [...document.querySelectorAll('[data-action], [data-capture], .self-view, .stage .featured, #roster-heading, .strip')]
        .filter((element) => element.closest('.bands, .turn-place') === null)
        .map((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            const { action, capture } = (element as HTMLElement).dataset;
            return [action ?? capture ?? (element.id || element.className.split(' ')[0] || ''), [x, y, width, height].map(Math.round).join(' ')];
        })));

for (const [width, height] of [[1366, 768], [390, 844]] as const) {
    test(`nothing moves when people join, a turn is taken, a pause comes or the words are to be compared, at ${width} x ${height}`, async () => {
        scene = await Scene.open(browser, 'interviewer', { width, height });
        const { hub, page } = scene;
        hub.members = [kPeople.interviewer];
        hub.slots = [null, null, null, null, null, null];
        // The kiosk keeps back its keys, and with them the words, until all is watched.
        scene.kiosk.members = [kPeople.applicant, kPeople.interviewer].map(({ id, name, role }) => ({ id, name, role, key: id.padEnd(43, 'k') }));
        scene.kiosk.releases = false;
        await scene.comeIn();
        await page.locator('[data-capture="microphone"][data-state="on"]').waitFor();
        await scene.click('join');
        await page.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
        await page.waitForTimeout(700); // What follows a click within half a second is expected to move.
        await watchShifts(page);
        const before = await places(page);
        const same = async (when: string): Promise<void> => {
            await page.waitForTimeout(200);
            const now = await places(page);
            // Whatever was there is where it was; more may have come.
            for (const [what, place] of Object.entries(before)) assert.equal(now[what] ?? place, place, `${what}, ${when}`);
        };

        hub.members = [kPeople.interviewer, kPeople.applicant];
        await hub.seat([null, kApplicant, null, null, null, null]);
        await page.locator(`figure.featured[data-participant="${kApplicant}"]`).waitFor();
        await same('the applicant joins');
        scene.kiosk.releases = true;
        for (const member of scene.kiosk.members) if (member.id === kInterviewer) member.key = scene.kiosk.devices.get(kInterviewer)?.thumbprint ?? '';
        await hub.renewKeys();
        await page.locator('[data-band="open"]').waitFor({ timeout: kPatienceMs });
        await same('the words are to be compared');
        hub.members = [kPeople.interviewer, kPeople.interpreter, kPeople.applicant];
        await hub.seat([kInterpreter, kApplicant, null, null, null, null]);
        await page.locator(`[data-seat="0"][data-participant="${kInterpreter}"]`).waitFor();
        await same('the interpreter joins');
        hub.members = [kPeople.second, kPeople.interviewer, kPeople.interpreter, kPeople.applicant, kPeople.observer];
        await hub.seat([kInterpreter, kApplicant, kSecond, null, null, null]);
        await page.locator(`[data-seat="1"][data-participant="${kSecond}"]`).waitFor();
        await page.locator('.roster', { hasText: 'Observer O' }).waitFor();
        await same('an observer and a second interviewer join');
        await scene.tell({ turn: kInterpreter, live_ms: 3_599_000, asked_view: 'room' });
        await page.locator('[data-turn="other"]').waitFor();
        await same('a turn is taken');
        hub.stand('paused', { pause: 'break' });
        await scene.tell({ turn: '', now: Date.now(), pause_until: Date.now() + 60_000 });
        await page.locator('.countdown', { hasText: /\d/ }).waitFor();
        await same('a break comes');
        hub.stand('live');
        await page.locator(`[data-seat="0"][data-participant="${kInterpreter}"]`).waitFor();
        await same('it goes on');
        assert.equal(await page.locator(`[data-seat="1"]`).getAttribute('data-participant'), kSecond, 'everybody has their seat again');
        // The fourth and the fifth beside the applicant open another row where pictures are one above the other.
        const more = width < 832 ? [kPeople.third] : [kPeople.third, kPeople.fourth, kPeople.fifth];
        const slots = [kInterpreter, kApplicant, kSecond];
        for (const person of more) {
            hub.members = [...hub.members, person];
            await hub.seat([...slots, person.id, null, null, null].slice(0, 6));
            slots.push(person.id);
            await page.locator(`[data-seat="${slots.length - 2}"][data-participant="${person.id}"]`).waitFor();
            await same(`${person.name} joins`);
        }
        assert.deepEqual(await shifts(page), []);
    });
}

test('the measure of what moves can fail', async () => {
    scene = await Scene.open(browser, 'observer');
    await scene.page.goto(scene.address);
    await scene.page.locator('h1').waitFor();
    await watchShifts(scene.page);
    await scene.page.evaluate(() => {
        const above = document.createElement('div');
        above.className = 'notice';
        document.body.prepend(above);
    });
    await scene.until('it is noticed', async () => (await shifts(scene.page)).length > 0);
});

async function everybody(state: string): Promise<void> {
    const { page } = scene;
    for (const [width, height, colorScheme] of [[390, 844, 'light'], [1366, 768, 'dark']] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await mustBeAccessible(page, `${state}, ${width} x ${height}, ${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
}

for (const role of ['interviewer', 'interpreter', 'observer'] as const) {
    test(`everybody can be an ${role} in every state, at every size, in English and French, by day and by night`, async () => {
        scene = await Scene.open(browser, role);
        const { page } = scene;
        const check = async (state: string): Promise<void> => {
            await everybody(state);
            await everySize(page, state);
            await page.selectOption('.language select', 'fr');
            await page.locator('html[lang="fr"]').waitFor();
            await everySize(page, `${state}, in French`);
            await page.selectOption('.language select', 'en');
            await page.locator('html[lang="en"]').waitFor();
        };
        await page.goto(scene.address + scene.kiosk.fragment('T'.repeat(43), scene.self.id));
        await page.locator('[data-action="come-in"]').waitFor();
        await check('door');
        await scene.click('come-in');
        await page.locator('[data-action="join"], [data-action="start"]').waitFor();
        await check('check');
        await scene.join();
        await scene.seeApplicant();
        if (role !== 'observer') {
            await page.locator('[data-band="open"]').waitFor({ timeout: kPatienceMs });
            await check('words');
            await page.click('[data-action="words-match"]');
        }
        await scene.tell({ turn: kInterpreter, asked_view: 'document' });
        await page.locator('[data-turn]').waitFor();
        if (role === 'interviewer') {
            await page.click('[data-action="note"]');
            await page.fill('#note-answer', 'In spring.');
            await page.click('[data-action="note-send"]');
            await page.locator('.note-list li').waitFor();
        }
        await check('live');
        scene.hub.stand('paused', { pause: 'break' });
        await scene.tell({ turn: '', now: Date.now(), pause_until: Date.now() + 600_000 });
        await page.locator('.countdown', { hasText: /\d/ }).waitFor();
        await check('break');
    });
}
