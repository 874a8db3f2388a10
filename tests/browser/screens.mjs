// The interview through the screens alone, with real programs and a real browser: the applicant reads Arabic, the delegation
// is Dutch, an interpreter takes part from afar, a Hungarian observer watches (screen_play.mjs). Then what it took of each,
// and the record.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { demand, eventually, withAppliance } from './harness.mjs';
import { hostOf } from './play.mjs';
import { kItems, kNextTitle, kObservers, kSpoken, kTitle, ScreenPlay } from './screen_play.mjs';

const kMostClicks = 3; // from the invitation to seeing the other side
const kMostTouches = 8; // of staff, from signing in to a running interview, beside checklists, lists and the PIN
const kLanguage = 'ar';

const same = (what, actual, wanted) => {
    const [is, ought] = [JSON.stringify(actual), JSON.stringify(wanted)];
    demand(is === ought, `${what}: ${is}; expected ${ought}`);
};

function checkRecord(record) {
    same('title and end', [record.title, record.state, record.ending, record.end_reason, record.kept],
        [kTitle, 'ended', 'complete', 'complete', 'metadata']);
    same('answers', record.consents.map(({ item, scope, answer }) => `${item} ${scope}`.trim() + ` ${answer}`),
        [...kItems.map((item) => `${item} given`), `observers ${kObservers} withdrawn`]);
    for (const { item, answer, language, mode, mark, signature } of record.consents.filter(({ answer: given }) => given === 'given')) {
        same(`how ${item} was ${answer}`, [language, mode], [kLanguage, 'touch']);
        demand(/^M[\d.]+ [\d.]+L/.test(mark) && (mark.match(/M/g) ?? []).length === 2, `the mark under ${item} is not the one that was drawn: ${mark}`);
        const signed = JSON.parse(Buffer.from(signature.split('.')[1], 'base64url'));
        same(`what was signed of ${item}`, [signed.item, signed.mark], [item, mark]);
    }
    const person = (role) => record.participants.find((each) => each.role === role);
    for (const role of ['interpreter', 'observer']) demand(person(role).undertaking, `the record has no undertaking of the ${role}`);
    same('what the interpreter speaks', [person('interpreter').language, person('interpreter').dialect], kSpoken);
    same('notes', record.notes.map(({ question = '', answer = '', demeanour = '', bookmark = false }) => [question, answer, demeanour, bookmark]),
        [['When did you leave?', 'In spring.', 'calm', false], ['', '', '', true]]);
    same('breaks', record.breaks.map(({ reason }) => reason), ['break', 'private-talk', 'break']);
    same('incidents', record.incidents.filter(({ kind }) => kind === 'fire').map(({ detail }) => detail), ['a false alarm']);
}

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const pin = (await readFile(path.join(appliance.dir, 'state/demo.pin'), 'utf8')).trim();
    const play = new ScreenPlay({
        appliance, browser: await appliance.browser({ capture: true }), staff: { name: 'demo', pin }, language: kLanguage,
        at: async (state, shown) => console.log(`${state}: ${Object.keys(shown).join(', ')}`),
    });
    await play.play();

    same('what the applicant was asked', play.asked, kItems);
    for (const [role, clicks] of Object.entries(play.clicks)) {
        console.log(`clicks_${role} ${clicks} clicks`);
        demand(clicks <= kMostClicks, `the ${role} needed ${clicks} clicks to see the other side`);
    }
    console.log(`touches_staff ${play.staffTouches.length} touches: ${play.staffTouches.join(', ')}`);
    demand(play.staffTouches.length <= kMostTouches, `staff needed ${play.staffTouches.length} touches: ${play.staffTouches.join(', ')}`);

    const host = await hostOf(appliance);
    const { sessions } = await host.staff.ask('sessions.list');
    same('the other one of the day', sessions.filter(({ title }) => title === kNextTitle).map(({ state }) => state), ['scheduled']);
    checkRecord((await host.staff.ask('sessions.show', { session: sessions.find(({ title }) => title === kTitle).id })).record);
}, { demo: false });
