// A kiosk that has keys, for tests of the pages: written from session/keys/letter.h with jose alone, so that it shares
// no code with the pages' own letters. It can also be made to lie.

import {
    CompactSign, FlattenedEncrypt, calculateJwkThumbprint, compactVerify, exportJWK, flattenedDecrypt, generateKeyPair,
    importJWK, type JWK,
} from 'jose';
import { createHash, createHmac, randomBytes } from 'node:crypto';

type Json = Record<string, unknown>;
type Kind = 'audio' | 'video';

export interface Member {
    id: string; name: string; role: string; organisation?: string;
    /** The thumbprint of their device; filled in for the page when it announces itself. */
    key?: string;
}
export interface TrackKey {
    sender: string; kind: Kind; kid: number; key: string;
}
interface Pair {
    secret: CryptoKey; jwk: JWK; thumbprint: string;
}

export const kSession = '00000000000000aa';
/** As of a kiosk that was started in 2026. */
export const kFirstEpoch = 1_795_875_379 * 2 ** 14;

async function pair(algorithm: string): Promise<Pair> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { crv: 'P-256', extractable: true });
    const { kty, crv, x, y } = await exportJWK(publicKey);
    const jwk = { kty, crv, x, y } as JWK;
    return { secret: privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk) };
}

export const sign = (payload: object, typ: string, by: Pair): Promise<string> =>
    new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg: 'ES256', typ }).sign(by.secret);

export interface MockNews {
    now: number | null; pause_until: number | null; turn: string; view: string; asked_view: string; understood: boolean | null;
    undertaken: string[]; languages: { id: string; language: string; dialect: string; heard: boolean }[];
    live_ms: number; training: boolean;
}

/** What a page has said of itself. */
export interface PageDevice {
    page: string; key: JWK; thumbprint: string; seal: JWK; proven: boolean;
}

export class MockKiosk {
    salt = randomBytes(32);
    /** Everybody who has keys; the first is the applicant, whose device the kiosk is. */
    members: Member[] = [];
    epoch = kFirstEpoch;
    hash = '';
    switched = true;
    keys: TrackKey[] = [];
    /** Answers an announcement with an epoch by itself. */
    releases = true;
    answersPings = true;
    /** What its news says; undefined: it is one of before there was any. */
    news: MockNews | undefined = {
        now: null, pause_until: null, turn: '', view: 'face', asked_view: '', understood: null, undertaken: [], languages: [],
        live_ms: 0, training: true,
    };
    private newsNumber_ = kFirstEpoch;
    readonly words: Json[] = [];
    readonly devices = new Map<string, PageDevice>();
    private readonly secrets_ = new Map<string, Buffer>();
    private nonces_ = new Map<string, string>();

    private constructor(readonly self: Pair, readonly seal: Pair, public root: Pair | undefined) {}

    static async create(certified = false): Promise<MockKiosk> {
        return new MockKiosk(await pair('ES256'), await pair('ECDH-ES+A256KW'), certified ? await pair('ES256') : undefined);
    }

    get pin(): string { return (this.root ?? this.self).thumbprint; }
    get commitment(): string { return createHash('sha256').update(this.salt).digest('base64url'); }

    secretOf(participant: string): Buffer {
        const known = this.secrets_.get(participant) ?? randomBytes(32);
        this.secrets_.set(participant, known);
        return known;
    }
    fragment(token: string, participant: string): string {
        return `#${token}.${this.pin}.${this.secretOf(participant).toString('base64url')}`;
    }

    async mission(changes: Json = {}): Promise<string> {
        const now = Math.floor(Date.now() / 1000);
        return sign({
            delegation: this.root?.thumbprint, mission: 'm1', kiosk: this.self.jwk, from: now - 60, until: now + 3600, ...changes,
        }, 'sightline-mission', this.root ?? this.self);
    }

    async challenge(participant: string, page: string, changes: Json = {}): Promise<string> {
        const nonce = randomBytes(16).toString('base64url');
        this.nonces_.set(participant, nonce);
        return JSON.stringify({
            letter: 'challenge', session: kSession, kiosk: this.self.jwk, nonce, commitment: this.commitment, page,
            ...(this.root === undefined ? {} : { root: this.root.jwk, mission: await this.mission() }), ...changes,
        });
    }

    /** A new epoch: keys for the sound and picture of each of these. */
    next(senders: readonly string[]): void {
        ++this.epoch;
        const previous = this.hash;
        this.previous = previous;
        this.hash = randomBytes(32).toString('base64url');
        this.keys = senders.flatMap((sender) => (['audio', 'video'] as const).map((kind) => ({
            sender, kind, key: randomBytes(32).toString('base64url'),
            kid: this.epoch * 128 + this.members.findIndex(({ id }) => id === sender) * 2 + (kind === 'video' ? 1 : 0),
        })));
    }
    previous = '';

    async epochPayload(to: string, changes: Json = {}): Promise<Json> {
        const device = this.devices.get(to);
        return {
            session: kSession, to, page: device?.page, epoch: this.epoch, previous: this.previous, hash: this.hash,
            salt: this.salt.toString('base64url'), seal: this.seal.jwk,
            people: this.members.map(({ id, name, role, organisation, key }, at) => ({
                id, name, role, organisation: organisation ?? '', key: at === 0 ? this.self.thumbprint : key ?? '',
            })).filter(({ key }) => key !== ''),
            send: this.keys.filter(({ sender }) => sender === to).map(({ kind, kid, key }) => ({ kind, kid, key })),
            receive: this.keys.filter(({ sender }) => sender !== to),
            switch: this.switched, old_ms: 1000, ...changes,
        };
    }
    async sealedTo(to: string, jws: string): Promise<string> {
        const key = await importJWK(this.devices.get(to)?.seal as JWK, 'ECDH-ES+A256KW');
        // As libjose writes them: the algorithm stands outside what is protected.
        const jwe = await new FlattenedEncrypt(Buffer.from(jws)).setProtectedHeader({ enc: 'A256GCM' })
            .setUnprotectedHeader({ alg: 'ECDH-ES+A256KW' }).encrypt(key);
        return JSON.stringify({ letter: 'sealed', jwe });
    }
    async epochLetter(to: string, changes: Json = {}, by: Pair = this.self, typ = 'sightline-epoch'): Promise<string> {
        return this.sealedTo(to, await sign(await this.epochPayload(to, changes), typ, by));
    }
    async switchLetter(to: string, changes: Json = {}): Promise<string> {
        return this.sealedTo(to, await sign({
            session: kSession, to, page: this.devices.get(to)?.page, epoch: this.epoch, old_ms: 1000, ...changes,
        }, 'sightline-switch', this.self));
    }

    async newsLetter(to: string, changes: Json = {}, by: Pair = this.self): Promise<string> {
        return this.sealedTo(to, await sign({
            session: kSession, to, page: this.devices.get(to)?.page, number: ++this.newsNumber_, ...this.news, ...changes,
        }, 'sightline-news', by));
    }

    /** What the news says of what somebody has said. */
    private heed(from: string, word: Json): void {
        const { news } = this;
        if (news === undefined) return;
        if (word['say'] === 'undertake') news.undertaken = [...new Set([...news.undertaken, from])];
        else if (word['say'] === 'turn') news.turn = word['turn'] === 'take' ? from : '';
        else if (word['say'] === 'view') news.asked_view = String(word['view']);
        else if (word['say'] === 'languages') {
            const { language, dialect, heard } = word as { language: string; dialect: string; heard: boolean };
            news.languages = [...news.languages.filter(({ id }) => id !== from), { id: from, language, dialect, heard }];
        }
    }

    /** What it answers. Throws on what a page must not write. */
    async hear(from: string, text: string): Promise<string[]> {
        const letter = JSON.parse(text) as Json;
        if (text.length > 12 * 1024) throw new Error('a letter longer than 12 KiB');
        if (letter['letter'] === 'hello') return [await this.challenge(from, String(letter['page']))];
        if (letter['letter'] === 'ping') {
            const device = this.devices.get(from);
            if (device === undefined || device.page !== letter['page'] || !this.answersPings) return [];
            return [await this.sealedTo(from, await sign({
                session: kSession, to: from, page: device.page, nonce: letter['nonce'], epoch: this.epoch,
            }, 'sightline-pong', this.self))];
        }
        if (letter['letter'] === 'announcement') return this.announced(from, letter['key'] as JWK, String(letter['jws']));
        const { plaintext } = await flattenedDecrypt(letter['jwe'] as never, this.seal.secret);
        const device = this.devices.get(from) as PageDevice;
        const word = await this.verify(Buffer.from(plaintext).toString(), device.key, 'sightline-word');
        if (word['participant'] !== from || word['page'] !== device.page) throw new Error('a word of another page');
        if (Number(word['number']) <= Number(this.words.at(-1)?.['number'] ?? 0) && this.words.at(-1)?.['page'] === device.page)
            throw new Error('a word that came before');
        this.words.push(word);
        this.heed(from, word);
        return word['say'] === 'note' || this.news === undefined ? [] : [await this.newsLetter(from)];
    }

    private async announced(from: string, key: JWK, jws: string): Promise<string[]> {
        const said = await this.verify(jws, key, 'sightline-announcement');
        if (said['session'] !== kSession || said['participant'] !== from || said['nonce'] !== this.nonces_.get(from))
            throw new Error('an announcement that answers no question');
        const thumbprint = await calculateJwkThumbprint(key);
        const proof = createHmac('sha256', this.secretOf(from))
            .update(`sightline-link\n${kSession}\n${from}\n${thumbprint}`).digest('base64url');
        const known = this.devices.get(from);
        const proven = said['proof'] === proof || (known?.proven === true && known.thumbprint === thumbprint);
        this.devices.set(from, { page: String(said['page']), key, thumbprint, seal: said['seal'] as JWK, proven });
        const member = this.members.find(({ id }) => id === from);
        if (!proven || member === undefined) return [];
        const isNew = known?.page !== said['page'];
        member.key = thumbprint;
        if (!this.releases) return [];
        if (isNew || this.keys.length === 0) this.next(this.members.filter(({ role }) => role !== 'observer').map(({ id }) => id));
        return [await this.epochLetter(from)];
    }

    private async verify(jws: string, key: JWK, typ: string): Promise<Json> {
        const { payload, protectedHeader } = await compactVerify(jws, await importJWK(key, 'ES256'));
        if (JSON.stringify(Object.keys(protectedHeader).sort()) !== '["alg","typ"]' || protectedHeader['typ'] !== typ)
            throw new Error(`a header that is not of ${typ}`);
        return JSON.parse(Buffer.from(payload).toString()) as Json;
    }
}
