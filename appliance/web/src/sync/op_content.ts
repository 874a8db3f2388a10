// What is sealed in an op: who changed what, and when by their clock, which is shown to people and orders nothing. It
// names its own place, so that nobody passes off another one's sealed part as theirs. Pure.

import type { Envelope } from './op';
import { isObject, parseJson, utf8Length, type Json } from './json_text';
import { chainIn, idIn, isHash, kMaxNumber, numberIn, type OpHash } from './names';
import { Refusal } from './refusal';

export type Answer = 'given' | 'refused' | 'withdrawn';
export type Change =
    | { readonly kind: 'set'; readonly path: string; readonly value: Json }
    | { readonly kind: 'remove'; readonly path: string }
    | { readonly kind: 'consent'; readonly path: string; readonly answer: Answer; readonly record: Json };

export interface OpContent {
    readonly author: string;
    readonly at: number; // ms since 1970
    readonly changes: readonly Change[];
}

/** Bytes that lie elsewhere, in encrypted chunks named by the SHA-256 of their ciphertext. */
export interface Attachment {
    readonly name: string;
    readonly bytes: number;
    readonly key: string; // 32 bytes in base64url
    readonly chunks: readonly OpHash[];
}

type Place = Omit<Envelope, 'sealed'>;
type Members = { readonly [name: string]: Json };

const kSchema = 1;
export const kMaxChanges = 256;
export const kMaxValueBytes = 64 * 1024;
const kMaxPathBytes = 200;
const kMaxAuthorBytes = 120;
const kMaxChunks = 1024;
const kMaxDepth = 12;
const kMaxValueDepth = 8;
const kPath = /^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+){0,7}$/;
const kControl = /[\u0000-\u001f\u007f]/;

const malformed = (what: string): Refusal => new Refusal('malformed', `read what an op says: ${what}`);

export const isPath = (path: string): boolean => path.length <= kMaxPathBytes && kPath.test(path);

/** One line that may be shown anywhere. */
export const isLine = (text: Json | undefined, most = kMaxAuthorBytes): text is string =>
    typeof text === 'string' && text !== '' && !kControl.test(text) && utf8Length(text) <= most;

/** Fractions have several texts, and large numbers lose digits. */
function isPlain(value: Json, depth: number): boolean {
    if (depth === 0) return false;
    if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) <= kMaxNumber;
    if (Array.isArray(value)) return (value as readonly Json[]).every((each) => isPlain(each, depth - 1));
    return !isObject(value) || Object.values(value).every((each) => isPlain(each, depth - 1));
}

export function attachmentOf(value: Json): Attachment | undefined {
    if (!isObject(value) || Object.keys(value).length !== 4) return undefined;
    const { name, key, chunks } = value;
    const bytes = numberIn(value, 'bytes');
    if (!isLine(name) || bytes === undefined || !isHash(key) || !Array.isArray(chunks)) return undefined;
    const names: readonly Json[] = chunks;
    if (names.length > kMaxChunks || !names.every(isHash)) return undefined;
    return { name, bytes, key, chunks: names as readonly OpHash[] };
}

function checkChange(change: Change): void {
    const { path } = change;
    if (!isPath(path)) throw malformed('a path is none');
    if (change.kind === 'remove') return;
    const value = change.kind === 'set' ? change.value : change.record;
    if (!isPlain(value, kMaxValueDepth))
        throw malformed(`${path} has a fraction, a huge number or is nested too deeply`);
    if (utf8Length(JSON.stringify(value)) > kMaxValueBytes)
        throw malformed(`${path} is longer than 64 KiB; make it an attachment`);
    if (change.kind === 'set' && path.startsWith('attachments/') && attachmentOf(value) === undefined)
        throw malformed('an attachment without name, size, key or chunks');
}

/** Refuses what no op may say; among it two changes of one path, because changes of one op have no order. */
export function checkContent({ author, at, changes }: OpContent): void {
    if (!isLine(author) || !Number.isInteger(at) || at < 0 || at > kMaxNumber)
        throw malformed('nobody says when they changed it');
    if (changes.length === 0 || changes.length > kMaxChanges)
        throw malformed('it changes nothing, or more than 256 things');
    const fields = new Set<string>();
    const consents = new Set<string>();
    for (const change of changes) {
        checkChange(change);
        const ofItsKind = change.kind === 'consent' ? consents : fields;
        if (ofItsKind.has(change.path)) throw malformed(`${change.path} is changed twice`);
        ofItsKind.add(change.path);
    }
    for (const change of changes) {
        if (change.kind !== 'remove') continue;
        for (const path of fields) {
            if (path.startsWith(`${change.path}/`))
                throw malformed(`${change.path} is removed, and something under it changed`);
        }
    }
}

function jsonOf(change: Change): object {
    switch (change.kind) {
        case 'set': return { set: change.path, value: change.value };
        case 'remove': return { remove: change.path };
        case 'consent': return { consent: change.path, answer: change.answer, record: change.record };
    }
}

const isAnswer = (value: Json | undefined): value is Answer =>
    value === 'given' || value === 'refused' || value === 'withdrawn';

function changeIn(value: Json): Change | undefined {
    if (!isObject(value)) return undefined;
    const { set, remove, consent, answer } = value;
    const has = (name: string): boolean => Object.hasOwn(value, name);
    const count = Object.keys(value).length;
    if (typeof set === 'string') {
        return has('value') && count === 2 ? { kind: 'set', path: set, value: value['value'] ?? null } : undefined;
    }
    if (typeof remove === 'string') return count === 1 ? { kind: 'remove', path: remove } : undefined;
    if (typeof consent !== 'string' || !isAnswer(answer) || !has('record') || count !== 3) return undefined;
    return { kind: 'consent', path: consent, answer, record: value['record'] ?? null };
}

export const textOfContent = ({ author, at, changes }: OpContent, { chain, seq, dossier }: Place): string => JSON.stringify({
    schema: kSchema, site: chain.site, incarnation: chain.incarnation, seq, dossier, author, at, changes: changes.map(jsonOf),
});

const isOf = (members: Members, { chain, seq, dossier }: Place): boolean => {
    const said = chainIn(members);
    return said?.site === chain.site && said.incarnation === chain.incarnation && numberIn(members, 'seq') === seq
        && idIn(members, 'dossier') === dossier;
};

/** Refuses: malformed; unsupported: a newer schema; forbidden: it was sealed for another place. */
export function parseContent(text: string, place: Place): OpContent {
    const members = parseJson(text, kMaxDepth);
    if (!isObject(members)) throw malformed('it is no JSON object');
    const schema = numberIn(members, 'schema');
    if (schema === undefined) throw malformed('it has no schema');
    if (schema !== kSchema)
        throw new Refusal('unsupported', 'read what an op says: its schema is newer; load this page anew');
    if (!isOf(members, place)) throw new Refusal('forbidden', 'read what an op says: it was sealed for another place');
    const { author, changes } = members;
    const at = numberIn(members, 'at');
    if (Object.keys(members).length !== 8 || !Array.isArray(changes) || at === undefined || changes.length > kMaxChanges)
        throw malformed('it lacks a member, or has one more');
    const said = (changes as readonly Json[]).map((each) => {
        const change = changeIn(each);
        if (change === undefined) throw malformed('a change of no known kind');
        return change;
    });
    const content = { author: typeof author === 'string' ? author : '', at, changes: said };
    checkContent(content);
    return content;
}
