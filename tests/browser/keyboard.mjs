// Everything by the keyboard alone, with real programs: an interviewer and an observer come in, take part and leave without
// ever pointing; in each state Tab comes by every control, each is seen to have the focus, and none keeps it.
import { demand, eventually, patiently, withAppliance } from './harness.mjs';
import { Keys, walk } from './hand.mjs';
import { probeScript } from './page_probe.mjs';
import { hostOf, inPlace, inState, mustSee } from './play.mjs';

let walked = 0;
async function round(hand, state) {
    const controls = await walk(hand.page, state);
    demand(controls > 0, `${state}: there is nothing to press`);
    walked += controls;
    console.log(`${state}: ${controls} controls`);
}

/** Opens the link and comes in; nothing is pointed at. */
async function visit(appliance, link, capture) {
    const browser = await appliance.browser({ capture });
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    page.problems = [];
    page.on('pageerror', (error) => page.problems.push(String(error)));
    await page.addInitScript(probeScript());
    await page.goto(link);
    const hand = new Keys(page);
    await hand.find('[data-action="come-in"]');
    await round(hand, 'door');
    await hand.press('[data-action="come-in"]');
    await hand.press('[data-action="skip"]');
    return hand;
}

const buttonOf = (kind) => `[data-capture="${kind}"]`;

async function interviewerTakesPart(host, hand) {
    await mustSee(hand.page, 'applicant', 'the interviewer does not see the applicant');
    await round(hand, 'console, live');
    const microphone = hand.page.locator(buttonOf('microphone'));
    const before = await microphone.getAttribute('data-state');
    await hand.press(buttonOf('microphone'));
    await hand.find(`${buttonOf('microphone')}:not([data-state="${before}"])`);

    await hand.press('button[aria-haspopup="dialog"]:not([data-action])');
    await hand.find('dialog:modal');
    await round(hand, 'console, devices');
    await hand.page.keyboard.press('Escape');
    await hand.page.locator('dialog:modal').waitFor({ state: 'detached', timeout: patiently(5000) });

    await hand.press('[data-action="note"]');
    await round(hand, 'console, note');
    await hand.write('textarea', 'Typed without pointing.');
    await hand.press('[data-action="note-send"]');
    await hand.find('[data-sent="1"]');

    await hand.press('[data-action="pause"]');
    await inState(hand.page, 'paused');
    await round(hand, 'console, paused');
    await host.step('resume');
    await inState(hand.page, 'live');

    await hand.press('[data-action="end"]');
    await hand.find('dialog:modal');
    await round(hand, 'console, end');
    await hand.choose('dialog:modal select', 'by-delegation');
    await hand.press('[data-action="end-confirm"]');
    await hand.page.locator('[data-connection="ended"]').waitFor({ timeout: patiently(10000) });
}

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const host = await hostOf(appliance);
    await host.prepare('Interview by keyboard', { video: 'given', audio: 'given', observers: 'given', metadata: 'given' });

    const interviewer = await visit(appliance, await host.invite('interviewer', 'Interviewer I'), true);
    await interviewer.find(`${buttonOf('microphone')}:is([data-state="on"], [data-state="off"])`);
    await round(interviewer, 'console, device check');
    await interviewer.press('[data-action="join"]');
    await inPlace(interviewer.page, 'lobby');
    await round(interviewer, 'console, waiting room');

    const observer = await visit(appliance, await host.invite('observer', 'Observer O'), false);
    await round(observer, 'observer, before the start');
    await observer.press('[data-action="start"]');
    await inPlace(observer.page, 'lobby');

    for (const role of ['interviewer', 'observer']) await host.admit(role);
    await host.step('start');
    await inPlace(observer.page, 'admitted');
    await mustSee(observer.page, 'applicant', 'the observer does not see the applicant');
    await round(observer, 'observer, live');
    await interviewerTakesPart(host, interviewer);
    await observer.page.locator('[data-connection="ended"]').waitFor({ timeout: patiently(10000) });
    for (const hand of [interviewer, observer]) demand(hand.page.problems.length === 0, hand.page.problems.join(' | '));
    console.log(`keyboard_controls ${walked} controls`);
}, { demo: false });
