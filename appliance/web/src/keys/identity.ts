// This browser's own key: made once, kept by the browser, and nothing can read its secret part, not even this page. Its
// thumbprint names the device; its short code is what a person reads to another.

import { calculateJwkThumbprint, type JWK } from 'jose';
import { fromBase64url } from './base64url';

export interface Identity {
    readonly key: CryptoKey;
    readonly jwk: JWK; // public
    readonly thumbprint: string;
    /** False: the browser keeps nothing for us, and the next load of the page is another device. */
    readonly kept: boolean;
}

const kDatabase = 'sightline-device';
const kStore = 'keys';
const kName = 'device';
const kSealingName = 'dossiers';
const kOpenMs = 3_000;
const kCrockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** XXXX-XXXX-XXXX: the first 60 bits of a thumbprint, in letters that nobody takes for one another. */
export function shortCode(thumbprint: string): string {
    const bytes = fromBase64url(thumbprint, 32);
    if (bytes === undefined) return '';
    let bits = 0n;
    for (const byte of bytes.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
    bits >>= 4n;
    const letters = Array.from({ length: 12 }, (_, at) => kCrockford[Number((bits >> BigInt(55 - 5 * at)) & 31n)] ?? '');
    return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].map((four) => four.join('')).join('-');
}

/** Of a key that may carry more than that: only what makes it this key. */
export const publicPart = ({ kty, crv, x, y }: JWK): JWK => ({ kty, crv, x, y } as JWK);

async function identityOf(pair: CryptoKeyPair, kept: boolean): Promise<Identity> {
    const jwk = publicPart(await crypto.subtle.exportKey('jwk', pair.publicKey) as JWK);
    return { key: pair.privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk), kept };
}

const makePair = (): Promise<CryptoKeyPair> =>
    crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);

function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(kDatabase, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(kStore);
    return new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
        setTimeout(() => failed(new Error('the browser does not open its database')), kOpenMs);
    });
}

/** The pair that is kept under `name`, `made` if there was none. In one transaction: two pages that open at once agree. */
function keepOr(database: IDBDatabase, name: string, made: CryptoKeyPair): Promise<CryptoKeyPair> {
    const transaction = database.transaction(kStore, 'readwrite', { durability: 'strict' });
    const store = transaction.objectStore(kStore);
    let pair = made;
    const found: IDBRequest<CryptoKeyPair | undefined> = store.get(name);
    found.onsuccess = () => {
        if (found.result === undefined) store.put(made, name);
        else pair = found.result;
    };
    return new Promise((done, failed) => {
        transaction.oncomplete = () => done(pair);
        transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
}

export async function openIdentity(): Promise<Identity> {
    const made = await makePair();
    try {
        // Asked for, not insisted on: browsers without it keep the key for as long as there is room.
        void navigator.storage?.persist?.().catch(() => false);
        return await identityOf(await keepOr(await open(), kName, made), true);
    } catch {
        return identityOf(made, false);
    }
}

/** What dossiers are sealed to: kept as the device's key is, or nothing that was sealed to it opens after a reload. */
export async function openKeptSealing(): Promise<Identity> {
    const made: CryptoKeyPair =
        await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    return identityOf(await keepOr(await open(), kSealingName, made), true);
}
