// What each of several keys can open by itself: the general JWE of session/signature/shared_seal.h, by jose. A
// recipient's `kid` is its key's thumbprint.

import { GeneralEncrypt, calculateJwkThumbprint, generalDecrypt, importJWK, type GeneralJWE, type JWK } from 'jose';
import { utf8 } from '../keys/base64url';
import { publicPart } from '../keys/identity';
import { isObject, parseJson, textOfBytes, utf8Length, type Json } from './json_text';
import { Refusal } from './refusal';

const kWrap = 'ECDH-ES+A256KW';
const kCipher = 'A256GCM';
const kProtected = 'eyJlbmMiOiJBMjU2R0NNIn0'; // {"enc":"A256GCM"}
const kMaxRecipients = 80;
const kMaxText = 128 * 1024;
const kMaxBytes = 256 * 1024;

/** To seal to the recipients of today, and to open. */
export interface Sealer {
    seal(text: string): Promise<string>;
    /** Refuses: not found: sealed to others; forbidden: altered; malformed. */
    open(sealed: string): Promise<string>;
}

export interface OpeningKey {
    readonly secret: CryptoKey; // ECDH, P-256, to derive bits
    readonly jwk: JWK;
    readonly thumbprint: string;
}

export async function sealToAll(recipients: readonly JWK[], text: string): Promise<string> {
    if (recipients.length < 2 || recipients.length > kMaxRecipients)
        throw new Refusal('malformed', 'seal to several: there are none, or more than 80');
    if (text === '' || utf8Length(text) > kMaxText)
        throw new Refusal('too_large', 'seal to several: it is empty or longer than 128 KiB; cut it up');
    const sealing = new GeneralEncrypt(utf8(text)).setProtectedHeader({ enc: kCipher });
    const seen = new Set<string>();
    for (const recipient of recipients) {
        const kid = await calculateJwkThumbprint(recipient);
        if (seen.has(kid)) throw new Refusal('malformed', 'seal to several: a recipient is there twice');
        seen.add(kid);
        sealing.addRecipient(await importJWK(publicPart(recipient), kWrap)).setUnprotectedHeader({ alg: kWrap, kid });
    }
    return JSON.stringify(await sealing.encrypt());
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';

function recipientIn(value: Json): { readonly kid: string } | undefined {
    if (!isObject(value) || Object.keys(value).length !== 2 || !isText(value['encrypted_key'])) return undefined;
    const { header } = value;
    if (!isObject(header) || Object.keys(header).length !== 3 || header['alg'] !== kWrap) return undefined;
    return isObject(header['epk']) && isText(header['kid']) ? { kid: header['kid'] } : undefined;
}

/** Nobody twice, and nothing that might mean something to somebody. */
function parsed(jwe: string): { readonly jwe: GeneralJWE; readonly kids: readonly string[] } | undefined {
    const value = jwe.length > kMaxBytes ? undefined : parseJson(jwe, 6);
    if (!isObject(value) || Object.keys(value).length !== 5 || value['protected'] !== kProtected) return undefined;
    if (!isText(value['iv']) || !isText(value['tag']) || typeof value['ciphertext'] !== 'string') return undefined;
    const all = value['recipients'];
    if (!Array.isArray(all) || all.length === 0 || all.length > kMaxRecipients) return undefined;
    const kids = (all as readonly Json[]).map((each) => recipientIn(each)?.kid);
    if (kids.includes(undefined) || new Set(kids).size !== kids.length) return undefined;
    return { jwe: value as unknown as GeneralJWE, kids: kids as readonly string[] };
}

export async function openShared(text: string, key: OpeningKey): Promise<string> {
    const found = parsed(text);
    if (found === undefined)
        throw new Refusal('malformed', 'open what was sealed to several: it is no such JWE within the bounds');
    const own = found.jwe.recipients[found.kids.indexOf(key.thumbprint)];
    if (own === undefined)
        throw new Refusal('not_found', 'open what was sealed to several: this key is none of its recipients');
    let opened: Uint8Array;
    try {
        const { plaintext } = await generalDecrypt({ ...found.jwe, recipients: [own] }, key.secret,
            { keyManagementAlgorithms: [kWrap], contentEncryptionAlgorithms: [kCipher] });
        opened = plaintext;
    } catch {
        throw new Refusal('forbidden', 'open what was sealed to several: it was altered');
    }
    const content = textOfBytes(opened);
    opened.fill(0);
    if (content === undefined) throw new Refusal('malformed', 'open what was sealed to several: it is no text');
    return content;
}
