// The judgement by which all pages are judged finds what it is there to find, and nothing else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { shortcomings } from '../support/accessible.mjs';
import { launch } from './browser';

let browser: Browser;
before(async () => {
    browser = await launch();
});
after(() => browser.close());

async function judged(body: string): Promise<string[]> {
    const page: Page = await browser.newPage();
    await page.setContent(`<!doctype html><html lang="en"><title>Test</title><style>
        * { margin: 0 } .big { min-width: 60px; min-height: 60px }</style><main><h1>Test</h1>${body}</main></html>`);
    const found = await shortcomings(page);
    await page.close();
    return found.map(({ what, where }) => `${what} at ${where}`);
}

test('a large button, a link in a sentence and a tick with a large label are well', async () => {
    assert.deepEqual(await judged(`<button class="big">Yes</button><p>Read <a href="#x">this page</a> first.</p>
        <input type="checkbox" id="tick"><label class="big" for="tick" style="display: inline-block">I have read it</label>`), []);
});

test('a small button is found, unless nobody can touch it', async () => {
    const [found, ...more] = await judged(`<button data-action="stop" style="width: 30px; height: 60px">Stop</button>
        <button style="width: 30px" disabled>No</button><button style="width: 30px; display: none">Gone</button>`);
    assert.match(found ?? '', /smaller than 44 px: 30 x 60 at button\[data-action="stop"\] "Stop"/);
    assert.deepEqual(more, []);
});

test('text that hardly stands out is found, with its contrast', async () => {
    const [found] = await judged('<p style="color: #999; background: #fff">Faint</p>');
    assert.match(found ?? '', /color-contrast.*insufficient color contrast of 2\.8/);
});

test('while a dialog asks, only what is in it counts', async () => {
    const [found, ...more] = await judged(`<button style="width: 20px">x</button><dialog id="d" aria-label="Question">
        <button style="width: 21px; height: 50px" aria-label="Close">y</button></dialog><script>d.showModal()</script>`);
    assert.match(found ?? '', /: 21 x 50 at button "y"/);
    assert.deepEqual(more, []);
});
