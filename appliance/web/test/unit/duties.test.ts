import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import { Duties, languageName } from '../../src/keys/duties';
import { clockText, countdownText, InterviewClock } from '../../src/keys/interview_clock';
import { parseNews, type News, type Say } from '../../src/keys/letters';
import type { Standing } from '../../src/signalling/messages';

const kNews = {
    session: 's', to: 'c1', page: 'p', number: 1, now: 1_000_000, pause_until: null, turn: '', view: 'face', asked_view: '',
    understood: null, undertaken: [], languages: [], live_ms: 90_000, training: false,
};
const news = (changes: object = {}): News => parseNews({ ...kNews, ...changes }) as News;
const standing = (state: Standing['state']): Standing => ({ state, pause: state === 'paused' ? 'break' : undefined, endReason: '' });

function person() {
    const said: Say[] = [];
    const talk = {
        said, news: signal<News | undefined>(undefined), open: signal(false), epoch: signal(0), standing: signal(standing('live')),
        say: async (what: Say) => { said.push(what); return true; },
    };
    const duties = new Duties(talk as never, talk.standing, signal('c1'));
    return { ...talk, duties };
}
const settle = () => new Promise((done) => setTimeout(done, 5));

test('news is read with bounds, and what it does not say is nothing', () => {
    const read = news({ pause_until: 5, asked_view: 'room', understood: false, undertaken: ['a', 3], languages: [{ id: 'c1', language: 'Somali', dialect: '', heard: true }] });
    assert.deepEqual([read.pauseUntil, read.view, read.askedView, read.understood, read.undertaken], [5, 'face', 'room', false, ['a']]);
    assert.deepEqual(read.languages, [{ id: 'c1', language: 'Somali', dialect: '', heard: true }]);
    assert.equal(news().askedView, undefined);
    assert.equal(news({ view: 'ceiling' }).view, 'face');
    assert.equal(parseNews({ ...kNews, number: 2 ** 53 }), undefined);
    assert.equal(parseNews({ ...kNews, live_ms: -1 }), undefined);
    assert.equal(parseNews({ ...kNews, undertaken: 'c1' }), undefined);
    assert.equal(parseNews({ ...kNews, languages: Array.from({ length: 65 }, () => ({ id: 'x', language: '', dialect: '' })) }), undefined);
});

test('an undertaking that was given before there were keys is said with the first ones, and until the kiosk knows', async () => {
    const { duties, said, open, epoch, news: heard } = person();
    duties.undertake();
    await settle();
    assert.deepEqual(said, []);
    open.value = true;
    await settle();
    assert.deepEqual(said, [{ say: 'undertake' }]);
    epoch.value = 2;
    await settle();
    assert.equal(said.length, 2, 'the kiosk does not know yet');
    heard.value = news({ undertaken: ['c1'] });
    epoch.value = 3;
    await settle();
    assert.equal(said.length, 2);
    assert.ok(duties.isUndertaken.value);
});

test('nobody undertakes anything without having said so', async () => {
    const { said, open } = person();
    open.value = true;
    await settle();
    assert.deepEqual(said, []);
});

test('languages are said with the keys, again when both ways are understood, and not when the kiosk knows', async () => {
    const { duties, said, open, epoch, news: heard } = person();
    duties.declare({ language: ' Arabic\n', dialect: 'Sudanese' });
    open.value = true;
    await settle();
    duties.hears.value = true;
    duties.isHeard.value = true;
    await settle();
    const last = { say: 'languages', language: 'Arabic', dialect: 'Sudanese', heard: true };
    assert.deepEqual(said.at(-1), last);
    heard.value = news({ languages: [{ id: 'c1', language: 'Arabic', dialect: 'Sudanese', heard: true }] });
    const before = said.length;
    epoch.value = 2;
    await settle();
    assert.equal(said.length, before);
    duties.declare({ language: 'Somali', dialect: '' });
    await settle();
    assert.deepEqual(said.at(-1), { say: 'languages', language: 'Somali', dialect: '', heard: false }, 'another language was not tried yet');
});

test('after a reload the page takes from the news what it had said, and says nothing', async () => {
    const { duties, said, open, news: heard } = person();
    open.value = true;
    heard.value = news({ languages: [{ id: 'c1', language: 'Somali', dialect: 'Maay', heard: true }] });
    await settle();
    assert.deepEqual([duties.speech.value, duties.hears.value, duties.isHeard.value], [{ language: 'Somali', dialect: 'Maay' }, true, true]);
    assert.deepEqual(said, []);
});

test('the name of a language is one line of at most 60 bytes, and no letter is cut in two', () => {
    assert.equal(languageName('  a\tb\n c '), 'a b c');
    assert.equal(languageName('é'.repeat(40)), 'é'.repeat(30));
    assert.equal(languageName('x'.repeat(58) + '🙂'), 'x'.repeat(58));
});

test('the clock counts on while it is live, and stands still in a break', () => {
    const where = signal(standing('live'));
    const clock = new InterviewClock({ news: signal<News | undefined>(news()), newsAt: 500_000 }, where);
    assert.equal(clock.liveMs(510_000), 100_000);
    assert.equal(clock.breakLeftMs(510_000), undefined);
    where.value = standing('paused');
    assert.equal(clock.liveMs(510_000), 90_000);
    assert.equal(new InterviewClock({ news: signal<News | undefined>(undefined), newsAt: 0 }, where).liveMs(1), undefined);
});

test('a break counts down by the kiosk’s clock, also when this computer’s is an hour off, and ends at nothing', () => {
    const where = signal(standing('paused'));
    const at = 1_000_000 - 3_600_000;
    const clock = new InterviewClock({ news: signal<News | undefined>(news({ pause_until: 1_300_000 })), newsAt: at }, where);
    assert.equal(clock.breakLeftMs(at), 300_000);
    assert.equal(clock.breakLeftMs(at + 299_500), 500);
    assert.equal(clock.breakLeftMs(at + 400_000), 0);
    const untimed = new InterviewClock({ news: signal<News | undefined>(news()), newsAt: at }, where);
    assert.equal(untimed.breakLeftMs(at), undefined);
});

test('times are said as clocks say them', () => {
    assert.deepEqual([clockText(0), clockText(3_725_900)], ['0:00:00', '1:02:05']);
    assert.deepEqual([countdownText(0), countdownText(1), countdownText(299_500)], ['0:00', '0:01', '5:00']);
});
