// A language other than English is fetched when somebody chooses it, and the letters with it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { kPages, launch } from './browser';
import { MockHub } from './mock_hub';

const kSelf = '00000000000000b1';
const kPatienceMs = 45_000;

let browser: Browser;
let hub: MockHub;

before(async () => {
    browser = await launch();
    hub = await MockHub.start(browser, kPages);
});

after(async () => {
    await hub.stop();
    await browser.close();
});

interface Opened {
    readonly page: Page;
    readonly asked: string[];
}

async function open(locale: string): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url().split('/').at(-1) ?? ''));
    await hub.attach(page, kSelf, ['subscribe']);
    hub.signedIn = undefined;
    await page.goto(`${hub.origin}/console/#${'T'.repeat(43)}`);
    await page.locator('[data-action="come-in"]').waitFor({ timeout: kPatienceMs });
    return { page, asked };
}

const width = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

test('an English page fetches no other texts and no letters; choosing Arabic brings both, from right to left', async () => {
    const { page, asked } = await open('en-GB');
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    assert.deepEqual(asked.filter((name) => /\.(json|woff2)$/.test(name)), []);
    await page.selectOption('.language select', 'ar');
    await page.locator('h1', { hasText: 'لديك دعوة إلى مقابلة' }).waitFor({ timeout: kPatienceMs });
    await page.waitForFunction(() => [...document.fonts].some(({ family, status }) => /Arabic/.test(family) && status === 'loaded'),
        undefined, { timeout: kPatienceMs });
    assert.deepEqual(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]), ['rtl', 'ar']);
    assert.match((await page.locator('.language select option:checked').textContent()) ?? '', /مسودة/);
    assert.ok(asked.some((name) => /^call-ar-.*\.json$/.test(name)));
    assert.ok(!asked.some((name) => /ethiopic/.test(name)), asked.join(' '));
    assert.ok(await width(page) <= 360, 'the page is wider than a telephone');
    await page.context().close();
});

test('a browser in Dari gets its page so from the first drawing', async () => {
    const { page } = await open('fa-AF');
    assert.deepEqual(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]), ['rtl', 'prs']);
    await page.context().close();
});

test('texts that do not come are said to be missing, and the page stays as it was', async () => {
    const { page } = await open('en-GB');
    await page.route(/call-fr-/, (route) => route.abort());
    await page.selectOption('.language select', 'fr');
    await page.locator('.language-failed[role="alert"]').waitFor({ timeout: kPatienceMs });
    assert.equal(await page.inputValue('.language select'), 'en');
    await page.unroute(/call-fr-/);
    await page.selectOption('.language select', 'fr');
    await page.locator('h1', { hasText: 'invité' }).waitFor({ timeout: kPatienceMs });
    assert.equal(await page.locator('.language-failed').count(), 0);
    await page.context().close();
});
