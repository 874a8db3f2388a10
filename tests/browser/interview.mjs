// A whole interview with real programs and real browsers, twice: with the consent to keep its metadata, and without it.
// Check-in, consent, an interviewer and an interpreter, an observer under the consent for their organisation, a break, a
// private talk without the observer, the observers' consent withdrawn, the end; then the record, line by line.
import { demand, eventually, withAppliance } from './harness.mjs';
import { comeIn, hears, hostOf, inPlace, inState, kOrganisation, received, sees, silent, untilSilent } from './play.mjs';

const kQuietest = -50; // dBFS: speech and the fake microphone's beep are far above, a silent line far below

async function play(appliance, { metadata }) {
    const host = await hostOf(appliance);
    await host.prepare('Interview of the test', { video: 'given', audio: 'given', observers: 'given', metadata });

    // Everybody waits: nobody is told of anybody.
    const pages = {};
    for (const [role, name] of [['interviewer', 'Interviewer I'], ['interpreter', 'Interpreter T'], ['observer', 'Observer O']]) {
        pages[role] = await comeIn(appliance, host, role, name);
    }
    for (const [role, page] of Object.entries(pages)) {
        demand(!(await page.innerText('body')).includes('Applicant'), `the ${role} is told of the applicant in the waiting room`);
        demand((await received(page)).packets === 0, `the ${role} receives media in the waiting room`);
    }
    await host.admit('interpreter');
    await host.admit('interviewer');
    await inPlace(pages.interpreter, 'admitted');
    await inPlace(pages.interviewer, 'admitted');
    demand((await host.step('start')).state === 'live', 'it did not start');
    demand(await sees(pages.interviewer, 'applicant'), 'the interviewer does not see the applicant');
    demand(await sees(pages.interpreter, 'applicant'), 'the interpreter does not see the applicant');
    demand(await sees(pages.interpreter, 'interviewer'), 'the interpreter does not see the interviewer');
    demand((await hears(pages.interviewer, 'applicant')) > kQuietest, 'the interviewer does not hear the applicant');
    await inPlace(pages.observer, 'lobby');
    demand((await received(pages.observer)).packets === 0, 'the observer receives media before they were admitted');
    await host.admit('observer');
    demand(await sees(pages.observer, 'applicant'), 'the observer does not see the applicant');
    demand((await hears(pages.observer, 'interviewer')) > kQuietest, 'the observer does not hear the interviewer');
    await host.staff.ask('note', { question: 'When did you leave?', answer: 'In spring.', demeanour: 'calm' });

    // A break: nobody receives anything.
    await host.step('pause', 'break');
    for (const [role, page] of Object.entries(pages)) {
        await inState(page, 'paused');
        await untilSilent(page);
        demand(await silent(page), `the ${role} receives media in a break`);
    }
    // A private talk: all but the observer.
    await host.step('pause', 'private-talk');
    demand(await sees(pages.interviewer, 'applicant'), 'the interviewer does not see the applicant in the private talk');
    demand(await silent(pages.observer), 'the observer receives media in a private talk');
    await host.step('resume');
    demand(await sees(pages.observer, 'applicant'), 'the observer does not see the applicant after the private talk');

    await host.withdraw('observers', kOrganisation);
    await untilSilent(pages.observer);
    demand(await silent(pages.observer), 'the observer receives media after the withdrawal');
    demand(await sees(pages.interviewer, 'applicant'), 'the withdrawal of the observers cut off the interviewer');
    await host.staff.ask('incident', { kind: 'fire-alarm', detail: 'a false one' });

    await host.step('end', 'complete');
    for (const page of Object.values(pages)) await inState(page, 'ended').catch(() => page.locator('[data-connection="ended"]').waitFor());
    const problems = Object.values(pages).flatMap((page) => page.problems);
    demand(problems.length === 0, problems.join(' | '));
    for (const browser of appliance.browsers.splice(0)) await browser.close();
    return (await host.staff.ask('sessions.show', { session: host.session })).session;
}

function sameSet(what, actual, wanted) {
    const text = (list) => [...list].sort().join(', ');
    demand(text(actual) === text(wanted), `${what}: ${text(actual)}; expected ${text(wanted)}`);
}

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const record = await play(appliance, { metadata: 'given' });
    console.log(JSON.stringify(record, null, 1));
    const fact = await play(appliance, { metadata: 'refused' });
    console.log(JSON.stringify(fact, null, 1));
}, { demo: false });
