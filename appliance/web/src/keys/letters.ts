// What kiosk and page write to each other about keys; see session/keys/letter.h of the appliance, which is the
// authority. The hub carries it: everything is checked before it is believed, and what cannot be read is no letter.

import type { JWK } from 'jose';
import type { MediaKind } from '../sframe/frame';
import { fromBase64url, k32Bytes, type Bytes } from './base64url';
import { publicPart } from './identity';

export const kMaxDownBytes = 48 * 1024;
export const kMaxUpBytes = 12 * 1024;
export const kMaxNoteBytes = 4 * 1024;
/** Of the name of a language or dialect. */
export const kMaxLanguageBytes = 60;

export const kAnnouncement = 'sightline-announcement';
export const kEpoch = 'sightline-epoch';
export const kSwitch = 'sightline-switch';
export const kWord = 'sightline-word';
export const kPong = 'sightline-pong';
export const kNews = 'sightline-news';

export interface Challenge {
    readonly letter: 'challenge';
    readonly session: string;
    readonly kiosk: JWK;
    readonly nonce: string;
    readonly commitment: string;
    readonly root: JWK | undefined;
    readonly mission: string | undefined;
    readonly page: string; // which load of the page is asked; empty: whichever is there
}
export interface Sealed {
    readonly letter: 'sealed';
    readonly jwe: object;
}

export interface SignedPerson {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly organisation: string;
    readonly key: string; // the thumbprint of their device
}
export interface SendKey {
    readonly kind: MediaKind;
    readonly kid: number;
    readonly key: Bytes;
}
export interface ReceiveKey extends SendKey {
    readonly sender: string;
}
/** Whom a letter of the kiosk is for. */
export interface Address {
    readonly session: string;
    readonly to: string;
    readonly page: string;
}
export interface Epoch extends Address {
    readonly epoch: number;
    readonly previous: string;
    readonly hash: string;
    readonly salt: Bytes;
    readonly seal: JWK;
    readonly people: readonly SignedPerson[];
    readonly send: readonly SendKey[];
    readonly receive: readonly ReceiveKey[];
    readonly switch: boolean;
    readonly oldMs: number;
}
export interface Switch extends Address {
    readonly epoch: number;
    readonly oldMs: number;
}
/** Answers one ping: nothing was kept back if we have the epoch that it names. */
export interface Pong extends Address {
    readonly nonce: string;
    readonly epoch: number;
}
/** What the camera at the applicant's side shows. */
export const kViews = ['face', 'room', 'document'] as const;
export type View = (typeof kViews)[number];

/** A note for the record; a bookmark may have no text at all. */
export interface NoteWord {
    readonly say: 'note';
    readonly question?: string;
    readonly answer?: string;
    readonly demeanour?: string;
    readonly bookmark?: true;
}
export type Say =
    | { readonly say: 'ack'; readonly epoch: number }
    | { readonly say: 'matches' | 'differs' }
    | NoteWord
    /** The interpreter's of confidentiality, the observer's not to record. */
    | { readonly say: 'undertake' }
    /** The interpreter's; heard: the warm-up has worked both ways. */
    | { readonly say: 'languages'; readonly language: string; readonly dialect: string; readonly heard: boolean }
    /** Take: I am interpreting now, please wait. */
    | { readonly say: 'turn'; readonly turn: 'take' | 'give' }
    /** Asks the staff for that view. */
    | { readonly say: 'view'; readonly view: View };

export interface Spoken {
    readonly id: string;
    readonly language: string;
    readonly dialect: string;
    readonly heard: boolean;
}
/** Where the interview stands, beside what the hub may know. */
export interface News extends Address {
    readonly number: number; // only grows
    readonly now: number | undefined; // the kiosk's clock at sending, ms since 1970
    readonly pauseUntil: number | undefined; // ms since 1970, by that clock
    readonly turn: string; // who has it; empty: nobody
    readonly view: View;
    readonly askedView: View | undefined;
    readonly understood: boolean | undefined; // the applicant's answer whether they understand the interpreter
    readonly undertaken: readonly string[];
    readonly languages: readonly Spoken[];
    readonly liveMs: number; // how long it has been live at sending, without the breaks
    readonly training: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const kMaxPeople = 64;
const kMaxShortText = 64;
const kMaxName = 400;
const kMaxKeys = 128;
const kLongestOldMs = 10_000;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Thrown and caught in this file only: one unreadable member makes the whole letter unreadable. */
class Unreadable extends Error {}

function text(fields: Fields, name: string, most = kMaxShortText): string {
    const value = fields[name];
    if (typeof value !== 'string' || value.length > most) throw new Unreadable(name);
    return value;
}

function number(fields: Fields, name: string): number {
    const value = fields[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Unreadable(name);
    return value;
}

function publicKey(fields: Fields, name: string): JWK {
    const value = fields[name];
    if (!isFields(value) || value['kty'] !== 'EC' || value['crv'] !== 'P-256') throw new Unreadable(name);
    if (!k32Bytes.test(String(value['x'])) || !k32Bytes.test(String(value['y']))) throw new Unreadable(name);
    return publicPart(value as JWK);
}

function bytes32(fields: Fields, name: string): Bytes {
    const value = fromBase64url(text(fields, name), 32);
    if (value === undefined) throw new Unreadable(name);
    return value;
}

function list<Item>(fields: Fields, name: string, most: number, read: (item: Fields) => Item): readonly Item[] {
    const value = fields[name];
    if (!Array.isArray(value) || value.length > most) throw new Unreadable(name);
    return value.map((item: unknown) => {
        if (!isFields(item)) throw new Unreadable(name);
        return read(item);
    });
}

function read<Letter>(from: () => Letter): Letter | undefined {
    try {
        return from();
    } catch (error) {
        if (error instanceof Unreadable || error instanceof SyntaxError) return undefined;
        throw error;
    }
}

export const parseLetter = (letter: string): Challenge | Sealed | undefined => read(() => {
    if (letter.length > kMaxDownBytes) return undefined;
    const fields: unknown = JSON.parse(letter);
    if (!isFields(fields)) return undefined;
    if (fields['letter'] === 'sealed' && isFields(fields['jwe'])) return { letter: 'sealed', jwe: fields['jwe'] };
    if (fields['letter'] !== 'challenge') return undefined;
    const hasRoot = fields['root'] !== undefined;
    return {
        letter: 'challenge',
        session: text(fields, 'session'),
        kiosk: publicKey(fields, 'kiosk'),
        nonce: text(fields, 'nonce'),
        commitment: text(fields, 'commitment'),
        root: hasRoot ? publicKey(fields, 'root') : undefined,
        mission: hasRoot ? text(fields, 'mission', kMaxDownBytes) : undefined,
        page: fields['page'] === undefined ? '' : text(fields, 'page'),
    };
});

const address = (fields: Fields): Address =>
    ({ session: text(fields, 'session'), to: text(fields, 'to'), page: text(fields, 'page') });

function sendKey(item: Fields): SendKey {
    const kind = item['kind'];
    if (kind !== 'audio' && kind !== 'video') throw new Unreadable('kind');
    return { kind, kid: number(item, 'kid'), key: bytes32(item, 'key') };
}

const person = (item: Fields): SignedPerson => ({
    id: text(item, 'id'),
    name: text(item, 'name', kMaxName),
    role: text(item, 'role'),
    organisation: text(item, 'organisation', kMaxName),
    key: text(item, 'key'),
});

const oldMs = (fields: Fields): number => Math.min(number(fields, 'old_ms'), kLongestOldMs);

export const parseEpoch = (fields: Fields): Epoch | undefined => read(() => ({
    ...address(fields),
    epoch: number(fields, 'epoch'),
    previous: text(fields, 'previous'),
    hash: text(fields, 'hash'),
    salt: bytes32(fields, 'salt'),
    seal: publicKey(fields, 'seal'),
    people: list(fields, 'people', kMaxPeople, person),
    send: list(fields, 'send', 2, sendKey),
    receive: list(fields, 'receive', kMaxKeys, (item) => ({ ...sendKey(item), sender: text(item, 'sender') })),
    switch: fields['switch'] === true,
    oldMs: oldMs(fields),
}));

export const parseSwitch = (fields: Fields): Switch | undefined =>
    read(() => ({ ...address(fields), epoch: number(fields, 'epoch'), oldMs: oldMs(fields) }));

export const parsePong = (fields: Fields): Pong | undefined =>
    read(() => ({ ...address(fields), nonce: text(fields, 'nonce'), epoch: number(fields, 'epoch') }));

const viewOf = (value: unknown): View | undefined => kViews.find((view) => view === value);

const spoken = (item: Fields): Spoken => ({
    id: text(item, 'id'),
    language: text(item, 'language', kMaxName),
    dialect: text(item, 'dialect', kMaxName),
    heard: item['heard'] === true,
});

function ids(fields: Fields, name: string): readonly string[] {
    const value = fields[name];
    if (!Array.isArray(value) || value.length > kMaxPeople) throw new Unreadable(name);
    return value.filter((id): id is string => typeof id === 'string' && id.length <= kMaxShortText);
}

const numberOrNothing = (fields: Fields, name: string): number | undefined =>
    (fields[name] === null || fields[name] === undefined ? undefined : number(fields, name));

export const parseNews = (fields: Fields): News | undefined => read(() => ({
    ...address(fields),
    number: number(fields, 'number'),
    now: numberOrNothing(fields, 'now'),
    pauseUntil: numberOrNothing(fields, 'pause_until'),
    turn: text(fields, 'turn'),
    view: viewOf(fields['view']) ?? 'face',
    askedView: viewOf(fields['asked_view']),
    understood: typeof fields['understood'] === 'boolean' ? fields['understood'] : undefined,
    undertaken: ids(fields, 'undertaken'),
    languages: list(fields, 'languages', kMaxPeople, spoken),
    liveMs: number(fields, 'live_ms'),
    training: fields['training'] === true,
}));

export const pingLetter = (page: string, nonce: string): string => JSON.stringify({ letter: 'ping', page, nonce });
export const helloLetter = (page: string): string => JSON.stringify({ letter: 'hello', page });
export const announcementLetter = (key: JWK, jws: string): string => JSON.stringify({ letter: 'announcement', key, jws });
export const sealedLetter = (jwe: object): string => JSON.stringify({ letter: 'sealed', jwe });
