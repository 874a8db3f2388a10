// Signed letters and sealed letters, by jose: compact JWS with ES256, a purpose (`typ`) and nothing else in the header;
// flattened JWE with ECDH-ES+A256KW and A256GCM. See session/signature of the appliance.

import {
    CompactSign, FlattenedEncrypt, compactVerify, flattenedDecrypt, generateKeyPair, exportJWK, importJWK,
    type FlattenedJWE, type JWK,
} from 'jose';
import { publicPart } from './identity';
import { utf8 } from './base64url';

const kSignature = 'ES256';
const kSealing = 'ECDH-ES+A256KW';
const kCipher = 'A256GCM';
const kMaxBytes = 64 * 1024;

export interface Signed {
    readonly purpose: string;
    readonly payload: Readonly<Record<string, unknown>>;
}

export const signed = (payload: object, purpose: string, key: CryptoKey): Promise<string> =>
    new CompactSign(utf8(JSON.stringify(payload))).setProtectedHeader({ alg: kSignature, typ: purpose }).sign(key);

/** Undefined: this key did not make it, or for none of these purposes. */
export async function verified(jws: string, by: JWK, purposes: readonly string[]): Promise<Signed | undefined> {
    if (jws.length > kMaxBytes) return undefined;
    try {
        const key = await importJWK(by, kSignature);
        const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: [kSignature] });
        const purpose = protectedHeader['typ'];
        if (typeof purpose !== 'string' || !purposes.includes(purpose)) return undefined;
        if (Object.keys(protectedHeader).length !== 2) return undefined;
        const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
        return { purpose, payload: value as Record<string, unknown> };
    } catch {
        return undefined;
    }
}

/** What letters to this page are sealed to: another one after every load, and never written down. */
export interface SealingKey {
    readonly secret: CryptoKey;
    readonly jwk: JWK;
}

export async function makeSealingKey(): Promise<SealingKey> {
    const pair = await generateKeyPair(kSealing, { crv: 'P-256' });
    return { secret: pair.privateKey, jwk: publicPart(await exportJWK(pair.publicKey)) };
}

export async function sealed(text: string, to: JWK): Promise<FlattenedJWE> {
    return new FlattenedEncrypt(utf8(text)).setProtectedHeader({ alg: kSealing, enc: kCipher })
        .encrypt(await importJWK(to, kSealing));
}

/** Undefined: it was sealed to another key, or altered. */
export async function opened(jwe: unknown, key: SealingKey): Promise<string | undefined> {
    try {
        const { plaintext } = await flattenedDecrypt(jwe as FlattenedJWE, key.secret,
            { keyManagementAlgorithms: [kSealing], contentEncryptionAlgorithms: [kCipher] });
        const text = new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
        plaintext.fill(0);
        return text;
    } catch {
        return undefined;
    }
}
