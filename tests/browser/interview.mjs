// A whole interview with real programs and real browsers, twice: with the consent to keep its metadata, and without it.
// Check-in, consent, an interviewer and an interpreter, an observer under the consent for their organisation, a break, a
// private talk without the observer, the observers' consent withdrawn, the end; then the record, line by line.
import { demand, eventually, patiently, withAppliance } from './harness.mjs';
import { comeIn, hostOf, inPlace, inState, isHeard, kOrganisation, mustSee, received, silent, untilSilent } from './play.mjs';

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
    await mustSee(pages.interviewer, 'applicant', 'the interviewer does not see the applicant');
    await mustSee(pages.interpreter, 'applicant', 'the interpreter does not see the applicant');
    await mustSee(pages.interpreter, 'interviewer', 'the interpreter does not see the interviewer');
    demand(await isHeard(pages.interviewer, 'applicant'), 'the interviewer does not hear the applicant');
    await inPlace(pages.observer, 'lobby');
    demand((await received(pages.observer)).packets === 0, 'the observer receives media before they were admitted');
    await host.admit('observer');
    await mustSee(pages.observer, 'applicant', 'the observer does not see the applicant');
    demand(await isHeard(pages.observer, 'interviewer'), 'the observer does not hear the interviewer');
    const note = await host.staff.reply('note', { question: 'When did you leave?', answer: 'In spring.', demeanour: 'calm' });
    demand(note.ok === (metadata === 'given'), `a note was ${note.ok ? 'kept' : `refused: ${note.error}`}`);

    // A break: nobody receives anything.
    await host.step('pause', 'break');
    for (const [role, page] of Object.entries(pages)) {
        await inState(page, 'paused');
        await untilSilent(page);
        demand(await silent(page), `the ${role} receives media in a break`);
    }
    // A private talk: all but the observer.
    await host.step('pause', 'private-talk');
    await mustSee(pages.interviewer, 'applicant', 'the interviewer does not see the applicant in the private talk');
    demand(await silent(pages.observer), 'the observer receives media in a private talk');
    await host.step('resume');
    await mustSee(pages.observer, 'applicant', 'the observer does not see the applicant after the private talk');

    await host.withdraw('observers', kOrganisation);
    await untilSilent(pages.observer);
    demand(await silent(pages.observer), 'the observer receives media after the withdrawal');
    await mustSee(pages.interviewer, 'applicant', 'the withdrawal of the observers cut off the interviewer');
    await host.staff.ask('incident', { kind: 'fire-alarm', detail: 'a false one' });

    await host.step('end', 'complete');
    for (const page of Object.values(pages)) {
        await page.locator('[data-connection="ended"]').waitFor({ timeout: patiently(10000) });
    }
    const problems = Object.values(pages).flatMap((page) => page.problems);
    demand(problems.length === 0, problems.join(' | '));
    for (const browser of appliance.browsers.splice(0)) await browser.close();
    return (await host.staff.ask('sessions.show', { session: host.session })).record;
}

const same = (what, actual, wanted) => {
    const [is, ought] = [JSON.stringify(actual), JSON.stringify(wanted)];
    demand(is === ought, `the record's ${what}: ${is}; expected ${ought}`);
};
const kTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const kDay = /^\d{4}-\d\d-\d\d$/;

/** What both records hold: that it took place, for whom, how it ended, and every answer with its signature. */
function checkFact(record, { metadata, time }) {
    demand(time.test(record.opened) && time.test(record.ended), `its times: ${record.opened} to ${record.ended}`);
    same('end', [record.state, record.ending, record.end_reason, record.training], ['ended', 'complete', 'complete', true]);
    same('subjects', record.subjects.map(({ name }) => name), ['Applicant A']);
    same('consents', record.consents.map(({ item, scope, answer }) => `${item} ${scope} ${answer}`), [
        'video  given', 'audio  given', `observers ${kOrganisation} given`, `metadata  ${metadata}`,
        `observers ${kOrganisation} withdrawn`]);
    for (const consent of record.consents) {
        demand(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(consent.signature), `the ${consent.item} consent has no signature`);
        const signed = JSON.parse(Buffer.from(consent.signature.split('.')[1], 'base64url'));
        same('signed answer', [signed.item, signed.answer, signed.text_sha256], [consent.item, consent.answer, consent.text_sha256]);
        same('consent', [consent.person, consent.language, consent.basis], [record.subjects[0].person, 'en', 'consent']);
        demand(consent.witness !== '', 'a consent without a witness');
    }
}

function checkMetadata(record) {
    same('keeping', record.kept, 'metadata');
    same('title', record.title, 'Interview of the test');
    same('participants', record.participants.map(({ name, role, organisation }) => `${name}, ${role}, ${organisation}`), [
        'Applicant, applicant, ', 'Interviewer I, interviewer, ', 'Interpreter T, interpreter, ',
        `Observer O, observer, ${kOrganisation}`].sort((x, y) => order(record, x) - order(record, y)));
    for (const { name, stays } of record.participants) {
        same(`stays of ${name}`, stays.map(({ reason }) => reason), ['ended']);
        demand(kTime.test(stays[0].joined) && stays[0].joined < stays[0].left, `the stay of ${name} has no length`);
        demand(stays[0].quality.down.packets > 0, `no quality was recorded of ${name}`);
        demand(stays[0].timeline.length > 0 && kTime.test(stays[0].timeline[0].at), `no timeline of the quality of ${name}`);
    }
    same('breaks', record.breaks.map(({ reason }) => reason), ['break', 'private-talk']);
    for (const { from, until } of record.breaks) demand(kTime.test(from) && from < until, `a break from ${from} until ${until}`);
    same('notes', record.notes.map(({ question, answer, demeanour }) => [question, answer, demeanour]),
        [['When did you leave?', 'In spring.', 'calm']]);
    demand(kTime.test(record.notes[0].at) && /^supervisor /.test(record.notes[0].author), 'the note has no time or no author');
    same('incidents', record.incidents.filter(({ kind }) => kind === 'fire-alarm').map(({ detail }) => detail), ['a false one']);
}

/** The record lists people in the order in which they were admitted or invited; the test does not care. */
const order = (record, text) => record.participants.findIndex(({ name }) => text.startsWith(`${name},`));

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const kept = await play(appliance, { metadata: 'given' });
    checkFact(kept, { metadata: 'given', time: kTime });
    checkMetadata(kept);
    const fact = await play(appliance, { metadata: 'refused' });
    checkFact(fact, { metadata: 'refused', time: kDay });
    same('members', Object.keys(fact).sort(), ['consents', 'end_reason', 'ended', 'ending', 'id', 'kept', 'opened', 'state',
        'subjects', 'training']);
    same('keeping', fact.kept, 'fact');
}, { demo: false });
