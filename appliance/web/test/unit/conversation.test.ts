import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { Conversation } from '../../src/keys/conversation';
import { publicPart, type Identity } from '../../src/keys/identity';
import { LinkMemory } from '../../src/keys/link';
import { kFirstEpoch, kSession, MockKiosk, sign } from '../support/mock_kiosk';

const kSelf = 'b1';

async function identity(): Promise<Identity> {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const jwk = publicPart(await crypto.subtle.exportKey('jwk', pair.publicKey) as JWK);
    return { key: pair.privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk), kept: true };
}

/** A page and a kiosk that hear each other at once, and what the page's worker is told. */
class Talk {
    readonly told: string[] = [];
    readonly sent: string[] = [];
    line = true;
    readonly links: LinkMemory;
    readonly page: Conversation;

    static readonly open_: Talk[] = [];

    constructor(readonly kiosk: MockKiosk, device: Identity, link = true) {
        const items = new Map<string, string>();
        this.links = new LinkMemory({
            getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value), removeItem: (key) => void items.delete(key),
        });
        const [, pin, secret] = kiosk.fragment('T'.repeat(43), kSelf).split('.') as [string, string, string];
        if (link) this.links.remember(kSelf, { pin, secret }, true);
        Talk.open_.push(this);
        this.page = new Conversation({
            links: this.links, identity: Promise.resolve(device),
            send: (letter) => {
                if (!this.line) return false;
                this.sent.push(letter);
                void kiosk.hear(kSelf, letter).then((answers) => answers.forEach((answer) => void this.page.take(answer)));
                return true;
            },
            holder: {
                take: async (epoch, send, receive) => {
                    this.told.push(`take ${epoch}: ${send.map(({ kind }) => kind)}, ${receive.map(({ sender, kind }) => `${kind} of ${sender}`)}`);
                },
                switchTo: (epoch, oldMs) => { this.told.push(`switch ${epoch} ${oldMs}`); },
                hold: () => undefined,
            },
        });
    }

    static async open(certified = false, link = true): Promise<Talk> {
        const kiosk = await MockKiosk.create(certified);
        kiosk.members = [
            { id: 'a1', name: 'Amina Yusuf', role: 'applicant' }, { id: kSelf, name: 'J. de Vries', role: 'interviewer' },
        ];
        return new Talk(kiosk, await identity(), link);
    }

    async until(what: string, is: () => boolean): Promise<void> {
        for (let tries = 0; !is(); ++tries) {
            assert.ok(tries < 400, `never: ${what}; told ${this.told.join(' | ')}, alarm ${this.page.alarm.value}, refusals ${this.page.refusals}`);
            await new Promise((done) => setTimeout(done, 10));
        }
    }
    async begin(): Promise<void> {
        this.page.welcomed(kSession, kSelf);
        await this.until('keys', () => this.page.keys.value === 'have' && this.page.words.value !== '');
        await this.until('ack', () => this.kiosk.words.some(({ say }) => say === 'ack'));
    }
    end(): void { this.page.stop(); }
}

const first = kFirstEpoch + 1;

// A page that has keys goes on asking.
afterEach(() => { for (const talk of Talk.open_.splice(0)) talk.page.stop(); });

for (const certified of [false, true]) {
    test(`a page gets its keys, acknowledges them, and shows the words; ${certified ? 'by the delegation’s root' : 'by the kiosk’s own key'}`, async () => {
        const talk = await Talk.open(certified);
        await talk.begin();
        assert.deepEqual(talk.told, [`take ${first}: audio,video, audio of a1,video of a1`, `switch ${first} 1000`]);
        assert.deepEqual(talk.kiosk.words.map(({ say, epoch, number }) => [say, epoch, number]), [['ack', first, 1]]);
        assert.equal(talk.page.words.value.split(' ').length, 6);
        assert.deepEqual(talk.page.people.value.map(({ name }) => name), ['Amina Yusuf', 'J. de Vries']);
        assert.equal(talk.links.recall(kSelf)?.secret, '', 'the secret has done its work');
        assert.equal(talk.page.alarm.value, undefined);
        assert.ok(await talk.page.say({ say: 'note', answer: 'Q1: heard' }));
        await talk.until('note', () => talk.kiosk.words.length === 2);
        assert.deepEqual([talk.kiosk.words[1]?.['answer'], talk.kiosk.words[1]?.['number']], ['Q1: heard', 2]);
        talk.end();
    });
}

test('a new epoch is switched to when the kiosk says so, and a repeated one is acknowledged again', async () => {
    const talk = await Talk.open();
    await talk.begin();
    talk.kiosk.switched = false;
    talk.kiosk.next(['a1']);
    await talk.page.take(await talk.kiosk.epochLetter(kSelf));
    assert.equal(talk.told.at(-1), `take ${first + 1}: , audio of a1,video of a1`);
    await talk.page.take(await talk.kiosk.epochLetter(kSelf));
    await talk.page.take(await talk.kiosk.switchLetter(kSelf, { old_ms: 2500 }));
    await talk.page.take(await talk.kiosk.switchLetter(kSelf));
    assert.deepEqual(talk.told.slice(2), [`take ${first + 1}: , audio of a1,video of a1`, `switch ${first + 1} 2500`]);
    await talk.until('acks', () => talk.kiosk.words.filter(({ epoch }) => epoch === first + 1).length === 2);
    assert.equal(talk.page.alarm.value, undefined);
    talk.end();
});

test('a reconnected line says hello again, and the same page goes on with its epoch', async () => {
    const talk = await Talk.open();
    await talk.begin();
    talk.page.welcomed(kSession, kSelf);
    await talk.until('second ack', () => talk.kiosk.words.length === 2);
    assert.equal(talk.told.length, 2);
    talk.end();
});

test('a kiosk that is not the one of the link is answered nothing', async () => {
    const talk = await Talk.open();
    talk.kiosk.root = undefined;
    const other = await MockKiosk.create();
    talk.line = false;
    talk.page.welcomed(kSession, kSelf);
    talk.line = true;
    await talk.page.take(await other.challenge(kSelf, ''));
    assert.equal(talk.page.alarm.value, 'unpinned');
    assert.equal(talk.page.keys.value, 'none');
    assert.deepEqual(talk.sent, []);
    talk.end();
});

test('a link of the token alone has no keys, and says nothing', async () => {
    const talk = await Talk.open(false, false);
    talk.page.welcomed(kSession, kSelf);
    await talk.page.take(await talk.kiosk.challenge(kSelf, ''));
    assert.deepEqual(talk.sent, []);
    assert.ok(talk.page.linkless.value);
    assert.equal(talk.page.keys.value, 'none');
    talk.end();
});

test('another page’s question is not ours, and another commitment in the same session is refused', async () => {
    const talk = await Talk.open();
    await talk.begin();
    const sent = talk.sent.length;
    await talk.page.take(await talk.kiosk.challenge(kSelf, 'Z'.repeat(22)));
    assert.equal(talk.sent.length, sent);
    assert.equal(talk.page.alarm.value, undefined);
    talk.kiosk.salt = randomBytes(32);
    await talk.page.take(await talk.kiosk.challenge(kSelf, ''));
    assert.equal(talk.page.alarm.value, 'commitment');
    assert.equal(talk.sent.length, sent);
    talk.end();
});

test('forged, altered and misused letters change nothing and are told to the person', async () => {
    const wrong: readonly (readonly [string, string | undefined, (talk: Talk) => Promise<string>])[] = [
        ['signed by another', 'forged', async ({ kiosk }) => kiosk.epochLetter(kSelf, {}, (await MockKiosk.create()).self)],
        ['signed for another purpose', 'forged', ({ kiosk }) => kiosk.epochLetter(kSelf, {}, kiosk.self, 'sightline-mission')],
        ['a header with more in it', 'forged', async ({ kiosk }) => kiosk.sealedTo(kSelf, `${Buffer.from(
            JSON.stringify({ alg: 'ES256', typ: 'sightline-epoch', kid: '1' })).toString('base64url')}.e30.${'A'.repeat(86)}`)],
        ['not signed at all', 'forged', ({ kiosk }) => kiosk.sealedTo(kSelf, JSON.stringify({ epoch: 99 }))],
        ['for somebody else', 'other', ({ kiosk }) => kiosk.epochLetter(kSelf, { to: 'c1' })],
        ['for another load of the page', 'other', ({ kiosk }) => kiosk.epochLetter(kSelf, { page: 'Z'.repeat(22) })],
        ['wrong salt', 'salt', ({ kiosk }) => kiosk.epochLetter(kSelf, { salt: randomBytes(32).toString('base64url') })],
        ['does not follow', 'previous', ({ kiosk }) => kiosk.epochLetter(kSelf, { previous: createHash('sha256').digest('base64url') })],
        ['a fork', 'fork', ({ kiosk }) => kiosk.epochLetter(kSelf, { epoch: first, hash: 'another' })],
        ['unreadable keys', 'keys', ({ kiosk }) => kiosk.epochLetter(kSelf, { receive: [{}] })],
        ['of before', undefined, ({ kiosk }) => kiosk.epochLetter(kSelf, { epoch: first - 1 })],
        ['sealed to nobody we know', undefined, async () => JSON.stringify({ letter: 'sealed', jwe: { protected: 'e30' } })],
    ];
    for (const [name, alarm, make] of wrong) {
        const talk = await Talk.open();
        await talk.begin();
        talk.kiosk.next(['a1', kSelf]);
        const letter = await make(talk);
        await talk.page.take(letter);
        assert.equal(talk.page.alarm.value, alarm, name);
        assert.ok(talk.page.refusals > 0, name);
        assert.equal(talk.told.length, 2, name);
        assert.equal(talk.page.epoch.value, first, name);
        talk.end();
    }
});

test('an epoch before any question of the right kiosk is not taken', async () => {
    const talk = await Talk.open();
    const page = await Talk.open();
    await page.begin();
    await talk.page.take(await page.kiosk.epochLetter(kSelf));
    assert.equal(talk.told.length, 0);
    page.end();
});

test('no words go up before there are keys, nor without a line', async () => {
    const talk = await Talk.open();
    assert.equal(await talk.page.say({ say: 'matches' }), false);
    await talk.begin();
    talk.line = false;
    assert.equal(await talk.page.say({ say: 'matches' }), false);
    talk.end();
});

test('a mission signed by hand for another purpose does not certify', async () => {
    const talk = await Talk.open(true);
    const { root, self } = talk.kiosk;
    assert.ok(root);
    const roster = await sign({ delegation: root.thumbprint, kiosk: self.jwk, from: 0, until: 2 ** 40 }, 'sightline-roster', root);
    talk.line = false;
    talk.page.welcomed(kSession, kSelf);
    await talk.page.take(await talk.kiosk.challenge(kSelf, '', { mission: roster }));
    assert.equal(talk.page.alarm.value, 'mission');
    talk.end();
});

test('news is taken in its order only, and of the right kiosk for this page only', async () => {
    const talk = await Talk.open();
    await talk.begin();
    await talk.until('news', () => talk.page.news.value !== undefined);
    const old = await talk.kiosk.newsLetter(kSelf, { turn: 'a1' });
    await talk.page.take(await talk.kiosk.newsLetter(kSelf, { turn: kSelf, view: 'document' }));
    await talk.page.take(old);
    assert.deepEqual([talk.page.news.value?.turn, talk.page.news.value?.view], [kSelf, 'document'], 'what was kept back is old');
    for (const changes of [{ session: 'x' }, { to: 'x' }, { page: 'x' }]) {
        await talk.page.take(await talk.kiosk.newsLetter(kSelf, { turn: 'a1', ...changes }));
        assert.equal(talk.page.news.value?.turn, kSelf, JSON.stringify(changes));
    }
    assert.equal(talk.page.alarm.value, undefined);
    const stranger = await MockKiosk.create();
    await talk.page.take(await talk.kiosk.newsLetter(kSelf, { turn: 'a1' }, stranger.self));
    assert.deepEqual([talk.page.news.value?.turn, talk.page.alarm.value], [kSelf, 'forged']);
    talk.end();
});
