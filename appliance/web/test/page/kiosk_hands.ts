// The touch screen in a browser, with a kiosk that answers as the real one, a new one for each test; and what hands do there.
// With SIGHTLINE_SHOTS=folder the tests leave pictures there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { kPin, MockKioskVerbs } from '../support/mock_kiosk_verbs';
import { kPages, launch } from './browser';
import { everySize, type Size } from './sizes';

export const kLanguages = new URL('../../../../session/languages', import.meta.url).pathname;
export const kOrganisation = 'Organisation O';
/** Long, because a busy machine is no defect of the page. */
export const kPatienceMs = 45_000;

let browser: Browser;
export let kiosk: MockKioskVerbs;
export let context: BrowserContext;
export let page: Page;
let troubles: string[];
export let touches = 0;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

beforeEach(async () => {
    kiosk = await MockKioskVerbs.start(kPages, kLanguages);
    context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, locale: 'en-GB', permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    page.setDefaultTimeout(kPatienceMs);
    troubles = [];
    touches = 0;
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) troubles.push(message.text());
    });
    await page.goto(`${kiosk.origin}/kiosk/`);
    await screen('applicant', 'idle');
});

afterEach(async () => {
    assert.deepEqual(troubles, []);
    await context.close();
    await kiosk.stop();
});

export const screen = (side: string, name: string): Promise<void> =>
    page.locator(`.root[data-side="${side}"][data-screen="${name}"]`).waitFor();
export const state = (name: string): Promise<void> => page.locator(`.root[data-state="${name}"]`).waitFor();

/** Another window, with what a device has that a test is about. */
export async function openAnew(device: BrowserContextOptions): Promise<void> {
    await context.close();
    context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, locale: 'en-GB', ...device });
    page = await context.newPage();
}

/** How often `touch` was called since. */
export function countTouchesFrom(number: number): void {
    touches = number;
}

export async function touch(action: string, within = ''): Promise<void> {
    touches += 1;
    await page.click(`${within} [data-action="${action}"]:visible`);
}

export async function shot(name: string): Promise<void> {
    const folder = process.env['SIGHTLINE_SHOTS'];
    if (folder === undefined) return;
    for (const [width, height] of [[1080, 1920], [1920, 1080], [390, 844]] as const) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(folder, `kiosk-${name}-${width}.png`) });
    }
    await page.setViewportSize({ width: 1080, height: 1920 });
}

/** What somebody with a keyboard, a screen reader, a finger or a small screen would stumble over. */
export async function inspect(what: string, sizes?: readonly Size[]): Promise<void> {
    await shot(what);
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axe);
    for (const [width, height] of [[360, 640], [1080, 1920], [960, 540], [3840, 2160]] as const) {
        await page.setViewportSize({ width, height });
        const found = await page.evaluate(async (sighted) => {
            const { axe: check } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
            const { violations } = sighted ? await check.run() : { violations: [] };
            const small = [...document.querySelectorAll('button, select, input:not([type="checkbox"]), textarea, label.choice')]
                .filter((each) => each.getClientRects().length > 0)
                .filter((each) => each.getBoundingClientRect().height < 55.5 || each.getBoundingClientRect().width < 43.5)
                .map((each) => each.outerHTML.slice(0, 120));
            return {
                violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`), small,
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            };
        }, width <= 1080 && height > 600);
        assert.deepEqual(found, { violations: [], small: [], wide: 0 }, `${what} at ${width}x${height}`);
    }
    await everySize(page, what, sizes);
    await page.setViewportSize({ width: 1080, height: 1920 });
}

export async function signIn(): Promise<void> {
    await touch('take-back');
    await screen('staff', 'sign-in');
    await page.fill('#staff-name', 'Staff S');
    await page.fill('#staff-pin', kPin);
    await touch('sign-in');
}

interface Guests { readonly observer?: boolean; readonly training?: boolean; readonly child?: boolean }

/** As far as a planned interview, with those who are invited. */
export async function plan({ observer = false, training = true, child = false }: Guests = {}): Promise<void> {
    await screen('staff', 'today');
    await touch('plan');
    await page.fill('#plan-title', 'Interview 1');
    await page.fill('#person-0', 'Applicant A');
    if (child) {
        await page.click('[data-action="add-person"]');
        await page.fill('#person-1', 'Child C');
        await page.check('[name="child-1"]');
        await page.fill('#guardian-1', 'Applicant A');
    }
    await page.selectOption('#plan-state', 'NLD');
    if (training) await page.check('[name="training"]');
    await page.fill('#guest-0-name', 'Interviewer I');
    await page.click('[data-action="add-guest"]');
    await page.fill('#guest-1-name', 'Interpreter T');
    if (observer) {
        await page.click('[data-action="add-guest"]');
        await page.fill('#guest-2-name', 'Observer O');
        await page.fill('#guest-2-organisation', kOrganisation);
    }
}

export async function schedule(guests: Guests = {}): Promise<void> {
    await plan(guests);
    await touch('schedule');
    await screen('staff', 'interview');
}

export async function tickAll(): Promise<void> {
    for (const box of await page.locator('[data-check]').all()) await box.check();
    await page.waitForFunction(() => document.querySelector('[data-open-checks]') === null);
}

/** To the applicant's first question. */
export async function handOver(): Promise<void> {
    await tickAll();
    await touch('check-in');
    await page.locator('[data-panel="consent"]').waitFor();
    await touch('hand-over');
    await screen('applicant', 'inform');
    await page.click('[data-action="go-on"]');
    await screen('applicant', 'consent');
}

export async function draw(): Promise<void> {
    const box = await page.locator('[data-pad]').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.7);
    await page.mouse.down();
    for (let step = 1; step <= 10; step += 1) await page.mouse.move(box.x + box.width * (0.2 + step * 0.05), box.y + box.height * (0.7 - (step % 3) * 0.2));
    await page.mouse.up();
}

/** Answers what is asked, as `no` says by item, and signs. */
export async function answer(no: readonly string[] = []): Promise<void> {
    for (;;) {
        const next = page.locator('[data-item] [data-action="yes"], [data-step="mark"]');
        await next.first().waitFor();
        if (await page.locator('[data-step="mark"]').isVisible()) break;
        const question = page.locator('.question');
        const item = await question.getAttribute('data-item') ?? '';
        await page.click(`[data-action="${no.includes(item) ? 'no' : 'yes'}"]`);
        await page.waitForFunction((before) => document.querySelector('.question')?.getAttribute('data-item') !== before, item);
    }
    await draw();
    await page.click('[data-action="confirm-mark"]');
}

export async function takeBack(): Promise<void> {
    await touch('take-back');
    await page.fill('#staff-pin', kPin);
    // The name is kept; the PIN is asked again.
    await page.click('[data-action="sign-in"]');
    await screen('staff', 'interview');
}
