// An op as it travels and lies on disks: compact JWS of the envelope, line feed, sealed part. storage/sync/FORMAT.md has
// the members. Texts are bytes, a character each: what was signed is kept exactly as it came.

import { sha256, type Bytes } from '../keys/base64url';
import { isObject, parseJson, type Json } from './json_text';
import { payloadOf, signJws } from './jws';
import {
    chainIn, compareHashes, idIn, isHash, kZeroHash, numberIn, type ChainId, type OpHash, type Pseudonym,
} from './names';
import { Refusal } from './refusal';

export const kOpPurpose = 'sightline-op';
export const kMaxParents = 64;
const kMaxEnvelopeJws = 8 * 1024;
const kMaxSealed = 256 * 1024;

/** All that a blind hub sees, beside the sealed part's size and recipients. */
export interface Envelope {
    readonly chain: ChainId;
    readonly seq: number; // from 1
    readonly previous: OpHash; // zeros: it is the first of its chain
    readonly dossier: Pseudonym;
    readonly parents: readonly OpHash[]; // sorted: the heads of the dossier that its author had seen
    readonly sealed: OpHash; // SHA-256 of the sealed part
}

export interface Op {
    readonly envelope: Envelope;
    /** Of what the signature covers: from one signature anybody can make another one. */
    readonly hash: OpHash;
    readonly sealed: string;
    readonly text: string;
}

/** Whose signatures count. Refuses: unauthorized, forbidden, malformed. */
export interface Verifier {
    verifySite(site: string, jws: string, purpose: string): Promise<string>;
    verifyHub(jws: string, purpose: string): Promise<string>;
}

export const bytesOf = (text: string): Bytes => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const noOp = (what: string): Refusal => new Refusal('malformed', `read an op: ${what}`);

/** In its one spelling. */
export const textOfEnvelope = ({ chain, seq, previous, dossier, parents, sealed }: Envelope): string => JSON.stringify({
    site: chain.site, incarnation: chain.incarnation, seq, previous, dossier, parents, sealed,
});

const isSound = ({ seq, previous }: Envelope): boolean => seq > 0 && (seq === 1) === (previous === kZeroHash);

const inOrder = (parents: readonly OpHash[]): boolean =>
    parents.every((parent, at) => at === 0 || compareHashes(parents[at - 1] ?? '', parent) < 0);

function parentsIn(value: Json | undefined): readonly OpHash[] | undefined {
    if (!Array.isArray(value) || value.length > kMaxParents) return undefined;
    const parents: readonly Json[] = value;
    return parents.every(isHash) && inOrder(parents as readonly OpHash[]) ? parents as readonly OpHash[] : undefined;
}

export function parseEnvelope(payload: string): Envelope {
    const members = payload.length > kMaxEnvelopeJws ? undefined : parseJson(payload, 3);
    if (!isObject(members)) throw noOp('its envelope is not a JSON object within the bounds');
    const chain = chainIn(members);
    const dossier = idIn(members, 'dossier');
    const parents = parentsIn(members['parents']);
    const { previous, sealed } = members;
    if (chain === undefined || dossier === undefined || parents === undefined || !isHash(previous) || !isHash(sealed))
        throw noOp('its envelope lacks a member, or one is of another form');
    const envelope = { chain, seq: numberIn(members, 'seq') ?? 0, previous, dossier, parents, sealed };
    if (!isSound(envelope)) throw noOp('its number does not go with the hash before it');
    if (textOfEnvelope(envelope) !== payload) throw noOp('its envelope is not in the one spelling');
    return envelope;
}

const hashOf = (jws: string): Promise<OpHash> => sha256(bytesOf(jws.slice(0, jws.lastIndexOf('.'))));

/** `sealed` of the place is filled in. Refuses what `parseOp` would. */
export async function signOp(place: Omit<Envelope, 'sealed'>, sealed: string, key: CryptoKey): Promise<Op> {
    if (sealed === '' || sealed.includes('\n')) throw noOp('its sealed part is not one line');
    if (sealed.length > kMaxSealed) throw new Refusal('too_large', 'make an op: it is longer than 256 KiB; make several of it');
    const envelope: Envelope = {
        ...place, parents: [...place.parents].sort(compareHashes), sealed: await sha256(bytesOf(sealed)),
    };
    if (!isSound(envelope) || !inOrder(envelope.parents) || envelope.parents.length > kMaxParents)
        throw new Refusal('malformed', 'make an op: no place in a chain, or more than 64 parents; merge some first');
    const jws = await signJws(textOfEnvelope(envelope), kOpPurpose, key);
    return { envelope, hash: await hashOf(jws), sealed, text: `${jws}\n${sealed}` };
}

/** Refuses: malformed, too large, and what the verifier refuses. */
export async function parseOp(text: string, verifier: Verifier): Promise<Op> {
    if (text.length > kMaxEnvelopeJws + 1 + kMaxSealed)
        throw new Refusal('too_large', 'read an op: it is longer than 264 KiB');
    const line = text.indexOf('\n');
    if (line < 0 || line > kMaxEnvelopeJws) throw noOp('it has no envelope within the bounds');
    const jws = text.slice(0, line);
    const sealed = text.slice(line + 1);
    if (sealed === '' || sealed.length > kMaxSealed || sealed.includes('\n'))
        throw noOp('its sealed part is not one line within the bounds');
    const payload = payloadOf(jws);
    if (payload === undefined) throw noOp('it is not signed');
    // Read before it is verified, because it says whose key to verify it with.
    const envelope = parseEnvelope(payload);
    await verifier.verifySite(envelope.chain.site, jws, kOpPurpose);
    if (await sha256(bytesOf(sealed)) !== envelope.sealed) {
        throw new Refusal('forbidden',
            'read an op: its sealed part is not the one that was signed; fetch it again');
    }
    return { envelope, hash: await hashOf(jws), sealed, text };
}
