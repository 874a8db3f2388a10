// Everything by the keyboard alone, with real programs: staff and applicant at the touch screen, the delegation and the
// observer at their pages play the interview of screen_play.mjs without ever pointing. In each state Tab comes by every
// control, each is seen to have the focus, and none keeps it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { demand, eventually, patiently, withAppliance } from './harness.mjs';
import { Keys, walk } from './hand.mjs';
import { ScreenPlay } from './screen_play.mjs';

let walked = 0;
async function round(page, state) {
    const controls = await walk(page, state);
    walked += controls;
    console.log(`${state}: ${controls} controls`);
}

/** What the play has no need of: devices, the microphone, and the question before the end, each left by Escape. */
async function besides({ hand, page }) {
    const microphone = '[data-capture="microphone"]';
    const before = await page.locator(microphone).getAttribute('data-state');
    for (const state of [`:not([data-state="${before}"])`, `[data-state="${before}"]`]) {
        await hand.press(microphone);
        await hand.find(`${microphone}${state}`);
    }
    for (const action of ['devices', 'end']) {
        await hand.press(`[data-action="${action}"]`);
        await hand.find('dialog:modal');
        await round(page, `console, ${action}`);
        await page.keyboard.press('Escape');
        await page.locator('dialog:modal').waitFor({ state: 'detached', timeout: patiently(5000) });
    }
}

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const pin = (await readFile(path.join(appliance.dir, 'state/demo.pin'), 'utf8')).trim();
    const play = new ScreenPlay({
        appliance, browser: await appliance.browser({ capture: true }), staff: { name: 'demo', pin }, language: 'fr',
        hands: { touch: Keys, guests: Keys },
        at: async (state, shown) => {
            for (const [kind, page] of Object.entries(shown)) await round(page, `${kind}, ${state}`);
            if (state === 'live' && shown.console !== undefined) await besides(play.guests.interviewer);
        },
    });
    await play.play();
    demand(walked > 300, `only ${walked} controls were come by`);
    console.log(`keyboard_controls ${walked} controls`);
}, { demo: false });
