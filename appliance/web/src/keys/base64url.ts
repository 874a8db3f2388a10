// Bytes as text in base64url without padding, as everything about keys is written, and the digest that names keys.

import { base64url } from 'jose';

export type Bytes = Uint8Array<ArrayBuffer>;

/** 32 bytes: keys, digests, secrets. */
export const k32Bytes = /^[A-Za-z0-9_-]{43}$/;

export const toBase64url = (bytes: Uint8Array): string => base64url.encode(bytes);

/** Undefined: it is not `size` bytes in base64url. */
export function fromBase64url(text: string, size: number): Bytes | undefined {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length !== Math.ceil(size * 8 / 6)) return undefined;
    const bytes = new Uint8Array(base64url.decode(text));
    return bytes.length === size ? bytes : undefined;
}

export const utf8 = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));

export const sha256 = async (bytes: Bytes): Promise<string> =>
    toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

export const randomText = (bytes: number): string => toBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
