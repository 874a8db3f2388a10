// What the keyboard's round through a page finds, and that a hand does not press what cannot be pressed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium } from './harness.mjs';
import { Finger, Keys, walk } from './hand.mjs';

let browser;
before(async () => {
    browser = await launchChromium({ capture: false });
});
after(() => browser.close());

async function pageWith(body) {
    const page = await (await browser.newContext({ hasTouch: true })).newPage();
    await page.setContent(`<!doctype html><title>Test</title><div class="root">${body}</div>`);
    return page;
}
const round = async (body) => walk(await pageWith(body), 'here');

const kToolbar = `<button>Before</button><div role="toolbar"><button data-action="a">A</button><button tabindex="-1">B</button>
    <button tabindex="-1" data-action="c">C</button></div><button>After</button>
    <script>document.querySelector('[role=toolbar]').onkeydown = ({ key }) => {
        const all = [...document.querySelectorAll('[role=toolbar] button')];
        if (key === 'ArrowRight') all[(all.indexOf(document.activeElement) + 1) % all.length].focus();
    }</script>`;

test('a page whose controls all can be come by is well, a toolbar among them', async () => {
    assert.equal(await round('<button>Yes</button><a href="#x">More</a><input type="radio" name="r"><input type="radio" name="r">'), 3);
    assert.equal(await round(kToolbar), 5);
});

test('something to press that Tab does not come by is found', async () => {
    await assert.rejects(round('<button>Yes</button><div data-action="no">No</div>'), /here: Tab does not come by div no "No"/);
});

test('a control that keeps the focus is found', async () => {
    await assert.rejects(round(`<input id="trap"><button>Out</button><script>
        trap.onkeydown = (event) => event.key === 'Tab' && event.preventDefault()</script>`), /Tab does not come by button .*Out/);
});

test('a focus that nobody sees is found', async () => {
    await assert.rejects(round('<style>button { outline: none }</style><button data-action="go">Go</button>'),
        /here: nobody sees that button go "Go" has the focus/);
});

test('a keyboard writes, chooses and ticks', async () => {
    const page = await pageWith(`<input id="name" value="old"><input type="checkbox" id="tick"><select id="list">
        <option value="a">A</option><option value="b">B</option><option value="c">C</option></select>${kToolbar}`);
    const keys = new Keys(page);
    await keys.write('#name', 'new');
    await keys.choose('#list', 'c');
    await keys.tick('#tick');
    await keys.tick('#tick');
    await page.evaluate(() => document.querySelector('[data-action="c"]').addEventListener('click', () => (document.title = 'pressed')));
    await keys.press('[data-action="c"]');
    assert.deepEqual([await page.inputValue('#name'), await page.inputValue('#list'), await page.isChecked('#tick'), await page.title()],
        ['new', 'c', true, 'pressed']);
    assert.deepEqual([keys.presses, keys.others], [1, 4]);
});

test('a finger does not press what says that it cannot be pressed', async () => {
    const page = await pageWith('<button aria-disabled="true" data-action="go">Go</button><p role="alert">Not yet</p>');
    const finger = new Finger(page, 300);
    await assert.rejects(finger.press('[data-action="go"]'), /cannot be pressed; the page shows .*Not yet/);
});
