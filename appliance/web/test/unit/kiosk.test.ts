// The touch screen's pure parts: which screen follows, who is asked what and by which text, and what goes into the record.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, ApplicantInterview, ConsentText, Person, SessionLine, StaffInterview, State, Subject } from '../../src/kiosk/answers';
import { minutesAndSeconds } from '../../src/kiosk/clock';
import { allAnswered, answerTo, inForce, nextSigner, openQuestions, signersOf } from '../../src/kiosk/consent_plan';
import { needsInterpreter, paragraphsOf, readingOf } from '../../src/kiosk/consent_texts';
import { interpreterOf } from '../../src/kiosk/interpreter';
import { KioskApi } from '../../src/kiosk/kiosk_api';
import { kMaxMarkBytes, markOf, pathData, thumbStrokes } from '../../src/kiosk/mark';
import { guestsOf, kNobody, scheduleOf, type PlanForm } from '../../src/kiosk/plan_form';
import { Polling } from '../../src/kiosk/polling';
import { applicantScreen, kPanels, nextStep, panelsOf, staffScreen, type Before } from '../../src/kiosk/screens';
import { endReasons } from '../../src/kiosk/staff/end';
import { minutesOf } from '../../src/kiosk/staff/pause';
import { written } from '../../src/kiosk/staff/keyboard';
import { listed } from '../../src/kiosk/staff/today';
import { watchersOf } from '../../src/kiosk/watchers';

const kAdult: Subject = { person: 'a', name: 'Applicant A', child: false, guardian: null, suitable: true };
const kChild: Subject = { person: 'c', name: 'Child C', child: true, guardian: 'a', suitable: true };

const person = (role: Person['role'], more: Partial<Person> = {}): Person =>
    ({ id: `${role}-1`, name: role, role, organisation: '', place: 'admitted', present: true, ...more });

const told = (more: Partial<ApplicantInterview> = {}): ApplicantInterview => ({
    id: 's', state: 'live', pause: null, training: true, send: { audio: true, video: true }, consents: [], subjects: [kAdult], delegation: 'NLD',
    basis: 'consent', people: [], understood: null, ...more,
});

const given = (item: Answer['item'], more: Partial<Answer> = {}): Answer => ({ person: 'a', on_behalf: null, item, scope: '', answer: 'given', ...more });

const kBefore: Before = { handedOver: true, informed: true, done: true, noInterpreter: false, ranHere: false };

test('the applicant is informed before they are asked, and asked before they wait', () => {
    const at = (state: State, before: Partial<Before>, understood: boolean | null = null) =>
        applicantScreen(told({ state, understood }), { ...kBefore, ...before });
    assert.equal(applicantScreen(null, kBefore), 'idle');
    assert.equal(applicantScreen(null, { ...kBefore, ranHere: true }), 'ended');
    assert.equal(at('scheduled', {}), 'idle');
    assert.equal(at('checked-in', {}), 'inform');
    assert.equal(at('consenting', { informed: false }), 'inform');
    assert.equal(at('consenting', { done: false }), 'consent');
    assert.equal(at('consenting', {}), 'understand');
    assert.equal(at('consenting', {}, true), 'ready');
    assert.equal(at('waiting', {}, false), 'ready');
    assert.equal(at('waiting', { noInterpreter: true }), 'ready');
    assert.equal(at('live', {}), 'live');
    assert.equal(at('paused', {}), 'paused');
});

test('without staff behind it the page asks nothing, because nothing could be written down', () => {
    const alone = { ...kBefore, handedOver: false, done: false };
    assert.equal(applicantScreen(told({ state: 'consenting' }), alone), 'inform');
    assert.equal(applicantScreen(told({ state: 'waiting' }), alone), 'ready');
});

const staffSession = (state: State, consents: readonly Answer[] = []): StaffInterview => ({
    ...told({ state, consents }), title: 'Interview 1', delegation: { state: 'NLD', basis: 'consent' }, participants: [],
});

test('staff see the interview that runs, and what is to be done next is one touch', () => {
    assert.equal(staffScreen(false, undefined, 'plan'), 'sign-in');
    assert.equal(staffScreen(true, { session: null }, undefined), 'today');
    assert.equal(staffScreen(true, { session: staffSession('live') }, undefined), 'interview');
    assert.equal(staffScreen(true, { session: staffSession('live') }, 'today'), 'today');
    const all = ['video', 'audio', 'metadata'] as const;
    const answers = [...all.map((item) => given(item)), given('share-dossier', { scope: 'NLD' })];
    assert.deepEqual((['scheduled', 'checked-in', 'consenting', 'waiting', 'live', 'paused'] as const).map((state) => nextStep(staffSession(state))),
        ['check-in', 'hand-over', 'hand-over', 'start', undefined, 'resume']);
    assert.equal(nextStep(staffSession('consenting', answers)), 'close-consent');
    for (const state of ['scheduled', 'checked-in', 'consenting', 'waiting', 'live', 'paused'] as const)
        for (const panel of panelsOf(state)) assert.ok(kPanels.includes(panel));
});

test('everybody is asked every item, observers once for each organisation, a guardian before the child', () => {
    const people = [person('observer', { organisation: 'O' }), person('observer', { organisation: 'O' }), person('observer', { organisation: 'P' })];
    const signers = signersOf({ subjects: [kAdult, kChild], people, state: 'NLD' });
    assert.deepEqual(signers.map(({ person: who, onBehalf }) => [who, onBehalf]), [['a', null], ['a', 'c'], ['c', null]]);
    assert.deepEqual(signers[0]?.questions.map(({ item, scope }) => `${item} ${scope}`.trim()),
        ['video', 'audio', 'observers O', 'observers P', 'metadata', 'share-dossier NLD']);
});

test('the last word counts, and only what is open is asked', () => {
    const [signer] = signersOf({ subjects: [kAdult], people: [], state: 'NLD' });
    assert.ok(signer);
    const answers = [given('video'), given('audio', { answer: 'refused' }), given('video', { answer: 'withdrawn' })];
    const [video] = signer.questions;
    assert.ok(video);
    assert.equal(answerTo(video, answers), 'withdrawn');
    assert.deepEqual(openQuestions(signer, answers).map(({ item }) => item), ['metadata', 'share-dossier']);
    assert.equal(nextSigner([signer], answers), signer);
    assert.ok(allAnswered([signer], [...answers, given('metadata'), given('share-dossier', { scope: 'NLD' })]));
    assert.ok(!allAnswered([], answers));
});

test('an item is in force when everybody has agreed, the guardian and the child too', () => {
    const answers = [given('video'), given('video', { on_behalf: 'c' })];
    assert.ok(!inForce('video', '', [kAdult, kChild], answers));
    const whole = [...answers, given('video', { person: 'c' })];
    assert.ok(inForce('video', '', [kAdult, kChild], whole));
    assert.ok(!inForce('video', '', [kAdult, { ...kChild, suitable: false }], whole));
    assert.ok(!inForce('video', '', [], whole));
});

const text = (item: ConsentText['item'], language: string, review: ConsentText['review']): ConsentText =>
    ({ item, language, review, sha256: `${item}-${language}`, body: 'Body.' });

test('a draft is read in training only; else the interpreter reads a reviewed text', () => {
    const texts = [text('video', 'ar', 'draft'), text('video', 'en', 'original'), text('video', 'fr', 'draft')];
    assert.deepEqual(readingOf('video', 'ar', texts, true), { text: texts[0], spoken: false });
    assert.deepEqual(readingOf('video', 'ar', texts, false), { text: texts[1], spoken: true });
    assert.deepEqual(readingOf('video', 'so', texts, true), { text: texts[1], spoken: true });
    assert.deepEqual(readingOf('video', 'en', texts, false), { text: texts[1], spoken: false });
    assert.deepEqual(readingOf('video', 'so', [text('video', 'fr', 'reviewed')], false)?.text.language, 'fr');
    assert.equal(readingOf('audio', 'en', texts, true), undefined);
    assert.ok(needsInterpreter('ar', texts, false));
    const all = (['video', 'audio', 'observers', 'metadata', 'share-dossier'] as const).map((item) => text(item, 'ar', 'reviewed'));
    assert.ok(!needsInterpreter('ar', all, false));
    assert.deepEqual(paragraphsOf('One {organisation}.\n\nTwo {other}.\n', { organisation: 'O' }), ['One O.', 'Two {other}.']);
});

test('who sees and hears is what the lease would say', () => {
    const people = [person('observer', { organisation: 'O' }), person('interviewer'), person('interpreter'), person('applicant')];
    const reach = (more: Partial<ApplicantInterview>) => watchersOf(told({ people, ...more })).map(({ person: { role }, sees, hears }) => `${role} ${sees ? 'sees' : ''} ${hears ? 'hears' : ''}`.trimEnd());
    assert.deepEqual(reach({}), ['interviewer sees hears', 'interpreter sees hears', 'observer']);
    assert.deepEqual(reach({ consents: [given('observers', { scope: 'O' })] })[2], 'observer sees hears');
    assert.deepEqual(reach({ send: { audio: true, video: false } })[0], 'interviewer  hears');
    assert.deepEqual(reach({ state: 'consenting' }), ['interviewer', 'interpreter  hears', 'observer']);
    assert.deepEqual(reach({ state: 'paused', pause: 'break' }), ['interviewer', 'interpreter', 'observer']);
    assert.deepEqual(reach({ state: 'paused', pause: 'private-talk', consents: [given('observers', { scope: 'O' })] }), ['interviewer sees hears', 'interpreter sees hears', 'observer']);
    assert.deepEqual(watchersOf(told({ people: [person('interviewer', { place: 'lobby' })] })).map(({ hears }) => hears), [false]);
});

test('the record names the interpreter from afar before the one in the room', () => {
    assert.equal(interpreterOf([person('interpreter', { id: '0123456789abcdef' })], 'Interpreter R'), 'interpreter 01234567');
    assert.equal(interpreterOf([person('interpreter', { place: 'lobby' })], ' Interpreter R '), 'Interpreter R');
    assert.equal(interpreterOf([], ''), '');
});

test('a mark is M, L and whole numbers within its bound, however long somebody writes', () => {
    assert.equal(pathData([[{ x: 1.4, y: -3 }, { x: 2000, y: 399.6 }], [{ x: 5, y: 5 }]]), 'M1 0L1000 400M5 5L5 5');
    assert.equal(markOf([]), '');
    const scribble = Array.from({ length: 50_000 }, (_, at) => ({ x: 500 + 490 * Math.sin(at / 7), y: 200 + 190 * Math.cos(at / 11) }));
    const dots = Array.from({ length: 5_000 }, (_, at) => [{ x: at % 1000, y: at % 400 }]);
    for (const strokes of [[scribble], dots, thumbStrokes({ x: 500, y: 200 }, 60, 80)]) {
        const mark = markOf(strokes);
        assert.match(mark, /^(M\d+ \d+(L\d+ \d+)+)+$/);
        assert.ok(mark.length <= kMaxMarkBytes, `${mark.length}`);
    }
});

test('a plan becomes what the kiosk is asked for', () => {
    const form: PlanForm = {
        title: ' Interview 1 ', dossier: '', state: 'nld', basis: 'notice', training: true, at: '2026-03-04T09:30', guests: [
            { role: 'observer', name: ' O ', organisation: ' Organisation O ' }, { role: 'interviewer', name: ' ', organisation: '' },
        ],
        persons: [{ ...kNobody, name: 'Applicant A' }, { name: 'Child C', child: true, guardian: 'Applicant A' }, kNobody, { ...kNobody, person: 'e1', name: 'B' }],
    };
    assert.deepEqual(scheduleOf(form), {
        title: 'Interview 1', delegation: { state: 'NLD', basis: 'notice' }, training: true, at: new Date('2026-03-04T09:30').getTime(),
        subjects: [{ name: 'Applicant A' }, { name: 'Child C', child: true, guardian: 'Applicant A' }, { person: 'e1' }],
    });
    assert.equal('at' in scheduleOf({ ...form, at: '' }), false);
    assert.deepEqual(guestsOf(form), [{ role: 'observer', name: 'O', organisation: 'Organisation O' }]);
});

test('reasons to end are those that are possible from there', () => {
    assert.equal(endReasons('live')[0], 'complete');
    assert.ok(!endReasons('scheduled').includes('complete'));
    assert.ok(endReasons('waiting').includes('delegation-absent'));
    assert.ok(!endReasons('consenting').includes('applicant-absent'));
});

test('a break is 1 to 240 whole minutes, and counts down in the language’s digits', () => {
    assert.deepEqual(['1', '240', '0', '241', '1.5', '', 'x'].map(minutesOf), [1, 240, undefined, undefined, undefined, undefined, undefined]);
    assert.equal(minutesAndSeconds(61_001, 'en'), '01:02');
    assert.equal(minutesAndSeconds(-5, 'en'), '00:00');
    assert.equal(minutesAndSeconds(60_000, 'fa'), '۰۱:۰۰');
});

test('silence, and what cannot be read, is no refusal of the kiosk', async () => {
    const api = (body: string | Error) => new KioskApi(async () => {
        if (body instanceof Error) throw body;
        return new Response(body);
    });
    for (const nothing of [new Error('gone'), 'no json', '{}', 'null']) assert.deepEqual(await api(nothing).ask('status'), { ok: false, code: 'unreachable', error: '' });
    assert.deepEqual(await api('{"ok":true,"a":1}').ask('status'), { ok: true, a: 1 });
});

test('whoever asks anew gets an answer from after their question', async () => {
    const answers: (() => void)[] = [];
    let asked = 0;
    const polling = new Polling(() => new Promise((done) => {
        asked += 1;
        answers.push(() => done(true));
    }));
    polling.start();
    await Promise.resolve();
    const anew = polling.now();
    let told_ = false;
    void anew.then(() => { told_ = true; });
    answers[0]?.();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    assert.deepEqual([asked, told_], [2, false]);
    answers[1]?.();
    await anew;
    polling.stop();
});

test('a touched letter goes where the cursor stands, and whole letters are taken away', () => {
    assert.deepEqual(written('ab', 1, 1, 'x'), { text: 'axb', at: 2 });
    assert.deepEqual(written('abcd', 1, 3, 'x'), { text: 'axd', at: 2 });
    assert.deepEqual(written('abc', 2, 2, ''), { text: 'ac', at: 1 });
    assert.deepEqual(written('abcd', 1, 3, ''), { text: 'ad', at: 1 });
    assert.deepEqual(written('a😀', 3, 3, ''), { text: 'a', at: 1 });
    assert.deepEqual(written('a', 0, 0, ''), { text: 'a', at: 0 });
});

test('today’s list: what waits by its time, what was over today, and the one at hand in neither', () => {
    const line = (id: string, state: string, planned: number | null, opened = '2030-05-06T08:00:00Z'): SessionLine =>
        ({ id, title: id, planned, opened, ended: null, state, end_reason: null });
    const lines = [
        line('none', 'scheduled', null), line('noon', 'scheduled', 12), line('at hand', 'scheduled', 1), line('nine', 'scheduled', 9),
        line('over', 'ended', null), line('yesterday', 'ended', null, '2030-05-05T08:00:00Z'),
    ];
    const { waiting, over } = listed(lines, 'at hand', new Date('2030-05-06T12:00:00Z'));
    assert.deepEqual(waiting.map(({ id }) => id), ['nine', 'noon', 'none']);
    assert.deepEqual(over.map(({ id }) => id), ['over']);
});
