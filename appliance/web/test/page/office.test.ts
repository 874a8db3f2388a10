// The office page in a browser: enrolment, reading, settling, deciding, and a day without a link. With
// SIGHTLINE_SHOTS=folder it leaves pictures there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { shortCode } from '../../src/keys/identity';
import { invitationFragment, invitationText } from '../../src/office/enrolment';
import { valueOf } from '../../src/sync/dossier_state';
import { Delegation, type OwnSite } from '../support/office_circle';
import { kFirst, kSecond, Writers } from '../support/office_dossiers';
import { OfficeHub } from '../support/office_hub';
import { OfficeServer } from '../support/office_server';
import { kPages, launch } from './browser';
import { everySize } from './sizes';

const kWidths = [{ width: 1366, height: 768 }, { width: 390, height: 844 }] as const;

interface Scene {
    readonly browser: Browser;
    readonly delegation: Delegation;
    readonly hub: OfficeHub;
    readonly server: OfficeServer;
    readonly sites: readonly [OwnSite, OwnSite];
}

async function withScene(run: (scene: Scene) => Promise<void>): Promise<void> {
    const browser = await launch();
    const delegation = await Delegation.create();
    const sites = [
        await delegation.own('51a00000000000f1', 'Kiosk 1'), await delegation.own('51a00000000000f2', 'Officer 1'),
    ] as const;
    const hub = new OfficeHub(delegation);
    const server = await OfficeServer.start(kPages, hub);
    try {
        await run({ browser, delegation, hub, server, sites });
    } finally {
        await server.stop();
        await browser.close();
    }
}

async function shot(page: Page, name: string): Promise<void> {
    const folder = process.env['SIGHTLINE_SHOTS'];
    if (folder === undefined) return;
    const before = page.viewportSize();
    for (const size of kWidths) {
        await page.setViewportSize(size);
        await page.screenshot({ path: join(folder, `office-${name}-${size.width}.png`), fullPage: true });
    }
    if (before !== null) await page.setViewportSize(before);
}

/** What somebody with a keyboard, a screen reader, a finger or a small screen would stumble over. */
async function inspect(page: Page, what: string): Promise<void> {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axe);
    for (const width of [360, 1366, 3840]) {
        await page.setViewportSize({ width, height: 800 });
        const found = await page.evaluate(async () => {
            const { axe: check } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
            const { violations } = await check.run();
            const small = [...document.querySelectorAll('button, select, summary, input, textarea, label.choice')]
                .filter((each) => each.getClientRects().length > 0 && each.closest('label.choice') !== each.parentElement)
                .filter((each) => each.getBoundingClientRect().height < 43.5).map((each) => each.outerHTML.slice(0, 120));
            return {
                violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`), small,
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            };
        });
        assert.deepEqual(found, { violations: [], small: [], wide: 0 }, `${what} at ${width}`);
    }
    await everySize(page, what);
    await page.setViewportSize(kWidths[0]);
}

const line = (page: Page, state: string): Promise<void> => page.locator(`.root[data-line="${state}"]`).waitFor({ timeout: 45_000 });

/** The administrator's part: takes the page's keys into the circle, and writes dossiers to all of it. */
async function enrol({ delegation, hub, sites }: Scene, page: Page): Promise<Writers> {
    const keys = JSON.parse(await page.inputValue('[data-own-keys]')) as Pick<OwnSite, 'signing' | 'sealing'>;
    delegation.sites.push({ site: '51a00000000000f4', name: 'Headquarters', ...keys });
    hub.circle = await delegation.issue();
    const writers = await Writers.of(delegation, ...sites, hub.circle, hub);
    await writers.writeAll();
    return writers;
}

async function enrolledPage(scene: Scene): Promise<{ page: Page; context: BrowserContext; writers: Writers; troubles: string[] }> {
    const context = await scene.browser.newContext({ viewport: kWidths[0], locale: 'en-GB', timezoneId: 'Europe/Bucharest' });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) troubles.push(message.text());
    });
    await page.goto(`${scene.server.origin}/office/`);
    await page.locator('[data-own-keys]').waitFor();
    const writers = await enrol(scene, page);
    await page.fill('#enrol-paste', invitationText(scene.delegation.root.jwk, scene.hub.circle));
    await page.click('[data-action="continue"]');
    await page.click('[data-action="confirm"]');
    await page.locator(`[data-dossier="${kFirst}"]`).waitFor();
    await line(page, 'well');
    return { page, context, writers, troubles };
}

test('a browser is enrolled by a link, after its code and the delegation’s have been compared', async () => withScene(async (scene) => {
    const { delegation, hub, server, browser } = scene;
    const page = await (await browser.newContext({ viewport: kWidths[0] })).newPage();
    await page.goto(`${server.origin}/office/`);
    await page.locator('[data-code]').waitFor();
    await inspect(page, 'enrolment');
    await page.fill('#enrol-paste', 'something else');
    await page.click('[data-action="continue"]');
    await page.locator('[data-trouble="enrol_unreadable"]').waitFor();
    await shot(page, 'enrol');
    await enrol(scene, page);
    const code = await page.innerText('[data-code]');
    await page.goto(`${server.origin}/office/${invitationFragment(delegation.root.jwk, hub.circle)}`);
    await page.locator('[data-delegation]').waitFor();
    assert.equal(await page.innerText('[data-delegation]'), shortCode(delegation.root.thumbprint));
    assert.equal(await page.innerText('[data-code]'), code); // The key outlasts the load.
    assert.ok(!page.url().includes('#'));
    await inspect(page, 'confirmation');
    await shot(page, 'confirm');
    await page.click('[data-action="confirm"]');
    await page.locator(`[data-dossier="${kFirst}"] [data-mark="conflict"]`).waitFor();
    await page.locator(`[data-dossier="${kSecond}"] [data-mark="new"]`).waitFor();
    await shot(page, 'list');
}));

test('a dossier is read, settled and decided, and everybody of the circle can read it', async () => withScene(async (scene) => {
    const { page, writers, troubles } = await enrolledPage(scene);
    await page.click(`[data-dossier="${kFirst}"]`);
    await page.locator(`[data-open="${kFirst}"]`).waitFor();
    const text = await page.textContent('.dossier') ?? ''; // What is folded up too.
    for (const word of ['Applicant A', '123-45C67890', 'Woman at risk', 'Somalia', 'Not to be told to other members', 'Kiosk 1', 'Officer 1'])
        assert.ok(text.includes(word), word);
    await page.locator('[data-consent$="observers"][data-in-force="false"]').waitFor();
    await inspect(page, 'dossier');
    await shot(page, 'dossier');
    const born = page.locator('[data-conflict-path$="/birth_date"]');
    assert.equal(await born.locator('.side').count(), 2);
    await born.locator('.side', { hasText: '1985' }).locator('button').click();
    await born.waitFor({ state: 'detached' });

    await page.click('[data-action="begin-decision"]');
    await page.click('[data-action="decide"]');
    await page.locator('.decide [role="alert"]').waitFor();
    await page.check('input[value="accepted"]');
    await page.fill('#decision-reason', 'The account is consistent, and the need is urgent.');
    await inspect(page, 'decision');
    await page.click('[data-action="decide"]');
    await page.locator('dialog[open]').waitFor();
    await shot(page, 'sign');
    await page.click('[data-action="sign"]');
    await page.locator('[data-given="accepted"]').waitFor();
    await page.locator('.progress[data-waiting="0"]').waitFor();
    await writers.catchUp(writers.officer);
    const state = writers.officer.dossiers.get(kFirst)!.state();
    assert.equal(valueOf(state.fields.get('decision/outcome')!), 'accepted');
    assert.equal(valueOf(state.fields.get('decision/by')!), 'Headquarters');
    await shot(page, 'decided');
    assert.deepEqual(troubles, []);
}));

test('what others write while a dossier is read is announced before it is shown', async () => withScene(async (scene) => {
    const { page, writers } = await enrolledPage(scene);
    await page.click(`[data-dossier="${kSecond}"]`);
    await page.locator(`[data-open="${kSecond}"]`).waitFor();
    await writers.say(writers.officer, kSecond, '2026-11-06T08:00:00Z', [{ kind: 'set', path: 'need/priority', value: 'emergency' }]);
    await page.click('.progress button');
    await page.locator('[data-action="newer"]').waitFor();
    assert.match(await page.innerText('[data-path="need/priority"]'), /Normal/);
    await page.click('[data-action="newer"]');
    await page.locator('[data-path="need/priority"]', { hasText: 'Emergency' }).waitFor();
}));

test('without a link the page opens, reads, notes and decides, and sends it all when there is one', async () => withScene(async (scene) => {
    const { page, context, hub, writers, troubles } = { ...scene, ...await enrolledPage(scene) };
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await context.setOffline(true);
    await line(page, 'offline');
    await page.locator('[data-band="offline"]').waitFor();
    await page.reload();
    await line(page, 'offline');
    await page.click(`[data-dossier="${kSecond}"]`);
    await page.fill('#office-note', 'Written on the train.');
    await page.click('[data-action="add-note"]');
    await page.locator('.written', { hasText: 'Written on the train.' }).waitFor();
    await page.locator('.progress[data-waiting="1"]').waitFor();
    await inspect(page, 'offline');
    await shot(page, 'offline');
    await page.reload();
    await page.locator('.progress[data-waiting="1"]').waitFor();
    await page.locator('.written', { hasText: 'Written on the train.' }).waitFor();
    const before = hub.rows.length;
    await context.setOffline(false);
    await line(page, 'well');
    await page.locator('.progress[data-waiting="0"]').waitFor();
    assert.equal(hub.rows.length, before + 1);
    await writers.catchUp(writers.kiosk);
    assert.ok([...writers.kiosk.dossiers.get(kSecond)!.state().fields.values()].some((field) => valueOf(field) === 'Written on the train.'));
    assert.deepEqual(troubles, []);
}));

test('a second tab waits until the first one is closed', async () => withScene(async (scene) => {
    const { page, context } = await enrolledPage(scene);
    const second = await context.newPage();
    await second.goto(`${scene.server.origin}/office/`);
    await second.locator('[data-hindered="elsewhere"]').waitFor();
    await page.close();
    await second.locator(`[data-dossier="${kFirst}"]`).waitFor();
}));

test('the page speaks French, also in the dark', async () => withScene(async (scene) => {
    const { page } = await enrolledPage(scene);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.selectOption('.language select', 'fr');
    await page.click(`[data-dossier="${kFirst}"]`);
    assert.match(await page.innerText('.dossier'), /Somalie[\s\S]*Besoin de réinstallation/);
    await inspect(page, 'dark');
    await shot(page, 'dark');
}));
