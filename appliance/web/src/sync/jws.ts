// Compact JWS (RFC 7515) with ES256 over exact bytes: the header has `alg` and `typ` and nothing else. As the
// appliance's session/signature/device_key.

import type { JWK } from 'jose';
import { base64url } from 'jose';
import { toBase64url, utf8, type Bytes } from '../keys/base64url';
import { isObject, parseJson, textOfBytes } from './json_text';
import { Refusal } from './refusal';

const kMaxBytes = 64 * 1024;
const kEcdsa = { name: 'ECDSA', hash: 'SHA-256' };

/** Undefined: not base64url, or not in its one spelling. */
export function bytesOfBase64url(text: string): Bytes | undefined {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
    const bytes = new Uint8Array(base64url.decode(text));
    return toBase64url(bytes) === text ? bytes : undefined;
}

export async function signJws(payload: string, purpose: string, key: CryptoKey): Promise<string> {
    const header = toBase64url(utf8(JSON.stringify({ alg: 'ES256', typ: purpose })));
    const covered = `${header}.${toBase64url(utf8(payload))}`;
    const signature = await crypto.subtle.sign(kEcdsa, key, utf8(covered));
    return `${covered}.${toBase64url(new Uint8Array(signature))}`;
}

/** Undefined: it has not three parts, or its payload is no UTF-8 in base64url. Says nothing of the signature. */
export function payloadOf(jws: string): string | undefined {
    const parts = jws.split('.');
    const bytes = parts.length === 3 ? bytesOfBase64url(parts[1] ?? '') : undefined;
    return bytes === undefined ? undefined : textOfBytes(bytes);
}

/** One key of somebody's. Of a key that is none, `of` gives undefined. */
export class Verifying {
    private constructor(private readonly key_: CryptoKey) {}

    static async of(jwk: JWK): Promise<Verifying | undefined> {
        try {
            const { kty, crv, x, y } = jwk;
            const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y } as JsonWebKey,
                { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
            return new Verifying(key);
        } catch {
            return undefined;
        }
    }

    /** The payload. Refuses: malformed, forbidden. */
    async verify(jws: string, purpose: string): Promise<string> {
        const [header = '', , signature = ''] = jws.split('.');
        const headerBytes = bytesOfBase64url(header);
        const headerText = headerBytes === undefined ? undefined : textOfBytes(headerBytes);
        const head = headerText === undefined ? undefined : parseJson(headerText, 2);
        const payload = jws.length > kMaxBytes ? undefined : payloadOf(jws);
        const signed = bytesOfBase64url(signature);
        if (!isObject(head) || payload === undefined || signed === undefined)
            throw new Refusal('malformed', 'verify a signature: this is not a compact JWS');
        if (head['alg'] !== 'ES256' || head['typ'] !== purpose || Object.keys(head).length !== 2)
            throw new Refusal('forbidden', `verify a signature: it was not made for ${purpose}`);
        const good = await crypto.subtle.verify(kEcdsa, this.key_, signed, utf8(jws.slice(0, jws.lastIndexOf('.'))));
        if (!good) throw new Refusal('forbidden', 'verify a signature: this key did not make it');
        return payload;
    }
}
