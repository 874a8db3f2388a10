import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseTrailer } from '../../src/sframe/frame';
import { SendingKey } from '../../src/sframe/keyring';
import { fromBase64url } from '../../src/keys/base64url';
import { judgeKiosk } from '../../src/keys/chain';
import { Epochs, isAlarming, type Reader, type Taken } from '../../src/keys/epochs';
import { shortCode } from '../../src/keys/identity';
import { keyNumberOf, kidOf } from '../../src/keys/key_number';
import { parseEpoch, parseLetter, parseSwitch, type Challenge, type Epoch } from '../../src/keys/letters';
import { fragmentOf, LinkMemory, linkInFragment } from '../../src/keys/link';
import { confirmedPeople } from '../../src/keys/signed_people';
import { verificationWords } from '../../src/keys/words';
import { changesBetween } from '../../src/keys/words_memory';
import { MockKiosk } from '../support/mock_kiosk';

const read = (name: string) => JSON.parse(readFileSync(`../../tests/vectors/${name}.json`, 'utf8'));
const kToken = 'T'.repeat(43), kPin = 'P'.repeat(43), kSecret = 'S'.repeat(42) + 'Q';

class Keeping {
    readonly items = new Map<string, string>();
    getItem(key: string): string | null { return this.items.get(key) ?? null; }
    setItem(key: string, value: string): void { this.items.set(key, value); }
    removeItem(key: string): void { this.items.delete(key); }
}

test('a link is a token, alone or with a pin and a secret, and nothing by halves', () => {
    assert.deepEqual(linkInFragment(`#${kToken}`), { token: kToken, trust: undefined });
    assert.deepEqual(linkInFragment(`#${kToken}.${kPin}.${kSecret}`), { token: kToken, trust: { pin: kPin, secret: kSecret } });
    for (const link of [`#${kToken}`, `#${kToken}.${kPin}.${kSecret}`]) assert.equal(fragmentOf(linkInFragment(link)!), link);
    for (const bad of [
        '', '#', `#${kToken}x`, `#${kToken.slice(1)}`, `#${'A'.repeat(42)}<`, `#${kToken}.`, `#${kToken}.${kPin}`,
        `#${kToken}.${kPin}.`, `#${kToken}.${kPin}.${kSecret.slice(1)}`, `#${kToken}.${kPin}.${kSecret}.x`,
    ]) assert.equal(linkInFragment(bad), undefined, bad);
});

test('what a link says is kept by participant, and its secret until it has been used', () => {
    const links = new LinkMemory(new Keeping());
    assert.equal(links.recall('b1'), undefined);
    links.remember('b1', { pin: kPin, secret: kSecret }, false);
    links.remember('b1', { pin: 'X'.repeat(43), secret: kSecret }, false);
    assert.deepEqual(links.recall('b1'), { pin: kPin, secret: kSecret }, 'a link that was not used changes nothing');
    links.secretUsed('b1');
    assert.deepEqual(links.recall('b1'), { pin: kPin, secret: '' });
    links.remember('b1', { pin: 'X'.repeat(43), secret: kSecret }, true);
    assert.deepEqual(links.recall('b1'), { pin: 'X'.repeat(43), secret: kSecret });
    assert.equal(links.recall('b2'), undefined);
});

test('the verification words are those of every other program', async () => {
    for (const { session, thumbprints, salt, words } of read('verification_words').words) {
        const bytes = new Uint8Array(Buffer.from(salt, 'hex'));
        assert.deepEqual(await verificationWords(session, thumbprints, bytes), words);
        assert.deepEqual(await verificationWords(session, [...thumbprints].reverse(), bytes), words);
    }
});

test('a short code is the one that the staff see', () => {
    const { codes } = read('short_codes');
    assert.ok(codes.length > 0);
    for (const { thumbprint, code } of codes) assert.equal(shortCode(thumbprint), code);
    assert.equal(shortCode('no thumbprint'), '');
});

test('a key number says epoch, place and kind, also to the frames under it', async () => {
    for (const { epoch, slot, video, kid } of read('key_numbers').numbers) {
        const kind = video ? 'video' : 'audio';
        assert.equal(kidOf({ epoch, slot, kind }), Number(kid));
        assert.deepEqual(keyNumberOf(Number(kid)), { epoch, slot, kind });
        const frame = await (await SendingKey.create(BigInt(kid), new Uint8Array(32))).protect(kind, new Uint8Array(9));
        assert.equal(parseTrailer(frame)?.kid, BigInt(kid));
    }
});

const challengeOf = async (kiosk: MockKiosk, changes = {}): Promise<Challenge> =>
    parseLetter(await kiosk.challenge('b1', '', changes)) as Challenge;
const kNow = (): number => Date.now() / 1000;

test('a kiosk is believed by its own key, or by a mission of the pinned root, and by nothing else', async () => {
    const kiosk = await MockKiosk.create(), other = await MockKiosk.create();
    const judged = await judgeKiosk(await challengeOf(kiosk), kiosk.pin, kNow());
    assert.ok(judged.trusted);
    assert.equal(judged.thumbprint, kiosk.self.thumbprint);
    assert.deepEqual(await judgeKiosk(await challengeOf(kiosk), other.pin, kNow()), { trusted: false, why: 'unpinned' });

    const delegated = await MockKiosk.create(true), stranger = await MockKiosk.create(true);
    const why = async (changes: object, now = kNow()) => {
        const judgement = await judgeKiosk(await challengeOf(delegated, changes), delegated.pin, now);
        return judgement.trusted ? 'trusted' : judgement.why;
    };
    assert.equal(await why({}), 'trusted');
    assert.equal(await why({ root: stranger.root?.jwk, mission: await stranger.mission() }), 'unpinned');
    assert.equal(await why({ mission: await stranger.mission() }), 'mission');
    assert.equal(await why({ mission: await delegated.mission({ kiosk: stranger.self.jwk }) }), 'mission');
    assert.equal(await why({ mission: await delegated.mission({ delegation: stranger.pin }) }), 'mission');
    assert.equal(await why({ kiosk: stranger.self.jwk }), 'mission', 'a mission of another kiosk');
    assert.equal(await why({ mission: await delegated.mission({ until: undefined }) }), 'mission');
    assert.equal(await why({ mission: 'a.b.c' }), 'mission');
    assert.equal(await why({}, kNow() - 3600), 'time');
    assert.equal(await why({}, kNow() + 7200), 'time');
});

test('unreadable letters are no letters', async () => {
    const kiosk = await MockKiosk.create();
    const good = JSON.parse(await kiosk.challenge('b1', '')) as Record<string, unknown>;
    assert.ok(parseLetter(JSON.stringify(good)));
    const bad = (changes: object): string => JSON.stringify({ ...good, ...changes });
    for (const text of [
        '', '{', 'null', '[]', '{}', '{"letter":"hello"}', '{"letter":"sealed"}', '{"letter":"sealed","jwe":"x"}',
        bad({ kiosk: undefined }), bad({ kiosk: { kty: 'oct', k: 'AAAA' } }), bad({ kiosk: { ...kiosk.self.jwk, x: 'short' } }),
        bad({ nonce: 7 }), bad({ nonce: 'n'.repeat(65) }), bad({ commitment: undefined }), bad({ root: kiosk.self.jwk }), bad({ page: 7 }),
        `"${'x'.repeat(48 * 1024)}"`,
    ]) assert.equal(parseLetter(text), undefined, text.slice(0, 80));
});

const kReader: Reader = {
    session: '00000000000000aa', to: 'b1', page: 'R'.repeat(22), thumbprint: 'mine', kiosk: 'kiosk', commitment: 'promised',
};
const kKey = Buffer.alloc(32, 5).toString('base64url');
const kEc = { kty: 'EC', crv: 'P-256', x: kKey, y: kKey };

const payload = (epoch: number, changes = {}): Record<string, unknown> => ({
    session: kReader.session, to: 'b1', page: kReader.page, epoch, previous: `hash ${epoch - 1}`, hash: `hash ${epoch}`, salt: kKey, seal: kEc,
    people: [
        { id: 'a1', name: 'Amina Yusuf', role: 'applicant', organisation: '', key: 'kiosk' },
        { id: 'b1', name: 'J. de Vries', role: 'interviewer', organisation: 'IND', key: 'mine' },
    ],
    send: [{ kind: 'audio', kid: epoch * 128 + 2, key: kKey }, { kind: 'video', kid: epoch * 128 + 3, key: kKey }],
    receive: [{ sender: 'a1', kind: 'audio', kid: epoch * 128, key: kKey }], switch: true, old_ms: 1500, ...changes,
});
const epochOf = (number: number, changes = {}): Epoch => parseEpoch(payload(number, changes)) as Epoch;
const reason = (taken: Taken): string => (taken.what === 'refused' ? taken.why : taken.what);
const took = (epochs: Epochs, number: number, changes = {}, salt = 'promised'): string => reason(epochs.take(epochOf(number, changes), salt));

test('an epoch is taken, its repetition is harmless, and its switch counts once', () => {
    const epochs = new Epochs(kReader);
    assert.deepEqual(epochs.take(epochOf(65_537, { switch: false }), 'promised'),
        { what: 'new', epoch: epochOf(65_537, { switch: false }), switches: false });
    assert.deepEqual(epochs.take(epochOf(65_537), 'promised'), { what: 'again', epoch: 65_537, switches: true, oldMs: 1500 });
    assert.deepEqual(epochs.take(epochOf(65_537), 'promised'), { what: 'again', epoch: 65_537, switches: false, oldMs: 1500 });
    const order = { ...kReader, epoch: 65_538, oldMs: 0 };
    assert.equal(epochs.switchTo(order), false, 'not there yet');
    assert.equal(took(epochs, 65_538, { switch: false }), 'new');
    assert.equal(epochs.switchTo({ ...order, page: 'another' }), false);
    assert.equal(epochs.switchTo({ ...order, epoch: 65_537 }), false);
    assert.equal(epochs.switchTo(order), true);
    assert.equal(epochs.switchTo(order), false);
});

test('replays, forks, and what does not follow are refused; gaps are counted', () => {
    const epochs = new Epochs(kReader);
    assert.equal(took(epochs, 10), 'new');
    assert.equal(took(epochs, 11), 'new');
    assert.equal(took(epochs, 10), 'old');
    assert.equal(took(epochs, 0), 'old');
    assert.equal(took(epochs, 11, { hash: 'another' }), 'fork');
    assert.equal(took(epochs, 12, { previous: 'another' }), 'previous');
    assert.equal(took(epochs, 12, { previous: '' }), 'previous');
    assert.equal(epochs.last, 11);
    assert.equal(took(epochs, 12), 'new');
    assert.equal(epochs.gaps, 0);
    assert.equal(took(epochs, 65_537, { previous: '' }), 'new', 'the kiosk was started anew');
    assert.equal(epochs.gaps, 1);
    assert.ok(!isAlarming('old') && isAlarming('fork') && isAlarming('previous') && isAlarming('other'));
});

test('what is for somebody else, or under another salt, is refused', () => {
    const epochs = new Epochs(kReader);
    assert.equal(took(epochs, 10, { to: 'a1' }), 'other');
    assert.equal(took(epochs, 10, { page: 'S'.repeat(22) }), 'other', 'of before the reload');
    assert.equal(took(epochs, 10, { session: '00000000000000ab' }), 'other');
    assert.equal(took(epochs, 10, {}, 'another'), 'salt');
    assert.equal(took(epochs, 10), 'new');
});

test('keys must be of this epoch, of their kind, and of one person in one place for as long as the session', () => {
    const epochs = new Epochs(kReader);
    const receive = (...list: object[]) => ({ receive: list.map((key) => ({ sender: 'a1', kind: 'audio', kid: 10 * 128, key: kKey, ...key })) });
    assert.equal(took(epochs, 10, receive({ kid: 11 * 128 })), 'keys');
    assert.equal(took(epochs, 10, receive({ kid: 10 * 128 + 1 })), 'keys', 'a picture’s number for sound');
    assert.equal(took(epochs, 10, receive({}, {})), 'keys', 'twice the same');
    assert.equal(took(epochs, 10, receive({ kid: 10 * 128 + 2 })), 'keys', 'our own place');
    assert.equal(took(epochs, 10, receive({ sender: 'b1', kid: 10 * 128 + 4 })), 'keys', 'ourselves');
    assert.equal(took(epochs, 10, receive({ sender: 'e1' })), 'keys', 'nobody who is named');
    assert.equal(took(epochs, 10, receive({}, { kind: 'video', kid: 10 * 128 + 5 })), 'keys', 'in two places');
    assert.equal(took(epochs, 10), 'new');
    assert.equal(took(epochs, 11, { receive: [{ sender: 'a1', kind: 'audio', kid: 11 * 128 + 4, key: kKey }] }), 'keys', 'moved');
    assert.equal(took(epochs, 11), 'new');
});

test('we and the kiosk are among the people, or it is not our interview', () => {
    const epochs = new Epochs(kReader);
    const [applicant, me] = payload(10)['people'] as [object, object];
    assert.equal(took(epochs, 10, { people: [applicant] }), 'people');
    assert.equal(took(epochs, 10, { people: [applicant, { ...me, key: 'another' }] }), 'people');
    assert.equal(took(epochs, 10, { people: [{ ...applicant, key: 'another' }, me] }), 'people');
    assert.equal(took(epochs, 10, { people: [applicant, me, { ...me, name: 'twice' }] }), 'people');
});

test('an epoch with anything unreadable in it is none', () => {
    assert.ok(parseEpoch(payload(10)));
    const key = (changes: object) => ({ receive: [{ sender: 'a1', kind: 'audio', kid: 1280, key: kKey, ...changes }] });
    for (const changes of [
        { epoch: -1 }, { epoch: 1.5 }, { epoch: '10' }, { epoch: 2 ** 53 }, { salt: 'short' }, { seal: {} }, { people: {} }, { people: [7] },
        key({ kind: 'smell' }), key({ key: kKey.slice(1) }), key({ kid: -1 }), { send: [1, 2, 3] }, { old_ms: 'soon' },
        { people: Array.from({ length: 65 }, () => (payload(1)['people'] as object[])[0]) },
    ]) assert.equal(parseEpoch(payload(10, changes)), undefined, JSON.stringify(changes).slice(0, 80));
    assert.equal(epochOf(10, { old_ms: 1e9 }).oldMs, 10_000);
    assert.equal(parseSwitch({ session: 's', to: 't', page: 'p' }), undefined);
    assert.equal(fromBase64url('A'.repeat(43), 31), undefined);
});

test('names are the kiosk’s, and nobody who has keys is left out', () => {
    const hub = (id: string, name: string) =>
        ({ id, name, role: 'interviewer', organisation: '', present: true, publishing: true, audio: 'on', video: 'on' } as const);
    const people = [hub('a1', 'Somebody else'), hub('x1', 'A stranger')];
    assert.equal(confirmedPeople(people, []), people);
    const shown = confirmedPeople(people, [
        { id: 'a1', name: 'Amina Yusuf', role: 'applicant', organisation: '', key: 'k' },
        { id: 'd1', name: 'K. Nagy', role: 'observer', organisation: 'Ministry', key: 'k' },
    ]);
    assert.deepEqual(shown.map(({ name, role, unconfirmed }) => [name, role, unconfirmed === true]), [
        ['Amina Yusuf', 'applicant', false], ['A stranger', 'interviewer', true], ['K. Nagy', 'observer', false]]);
});

test('one is told for whom the words have changed', () => {
    const person = (id: string, name: string, key = 'k') => ({ id, name, role: 'observer', organisation: '', key });
    assert.deepEqual(
        changesBetween([['a', 'Amina', 'k'], ['b', 'Jan', 'k'], ['c', 'Ida', 'k']], [person('a', 'Amina'), person('b', 'Jan', 'other'), person('d', 'Nora')]),
        { came: ['Nora'], left: ['Ida'], otherDevice: ['Jan'] });
});
