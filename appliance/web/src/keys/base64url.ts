// Bytes as text in base64url without padding, as everything about keys is written, and the digest that names keys. By the
// browser alone: the door reads links with it, and is not to wait for a library.

export type Bytes = Uint8Array<ArrayBuffer>;

/** 32 bytes: keys, digests, secrets. */
export const k32Bytes = /^[A-Za-z0-9_-]{43}$/;

export function toBase64url(bytes: Uint8Array): string {
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Undefined: it is not `size` bytes in base64url. */
export function fromBase64url(text: string, size: number): Bytes | undefined {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length !== Math.ceil(size * 8 / 6)) return undefined;
    if (text.length % 4 === 1) return undefined; // No bytes make that.
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return bytes.length === size ? bytes : undefined;
}

export const utf8 = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));

export const sha256 = async (bytes: Bytes): Promise<string> =>
    toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

export const randomText = (bytes: number): string => toBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
