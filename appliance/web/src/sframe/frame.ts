// A protected frame as it travels: clear prefix, ciphertext, tag, SFrame header, the header's length in one byte. See
// media/sframe/frame.h of the appliance.

import { FrameCipher, joined } from './frame_cipher';
import { kMaxHeaderBytes, parseHeader, writeHeader, type Header } from './header';

export type MediaKind = 'audio' | 'video';
type Bytes = Uint8Array<ArrayBuffer>;

/** How much of an encoded frame stays in clear, for packetisers: Opus 1 byte; VP8 10 of a key frame, 3 of others. */
export function clearBytes(kind: MediaKind, frame: Uint8Array): number {
    const wanted = kind === 'audio' ? 1 : ((frame[0] ?? 1) & 1) === 0 ? 10 : 3;
    return Math.min(wanted, frame.length);
}

/** Under a counter that this cipher has not used. */
export async function protect(cipher: FrameCipher, counter: bigint, kind: MediaKind, frame: Bytes): Promise<Bytes> {
    const clear = frame.slice(0, clearBytes(kind, frame));
    const header = writeHeader({ kid: cipher.kid, counter });
    const sealed = await cipher.seal(counter, joined(header, clear), frame.slice(clear.length));
    return joined(clear, sealed, header, new Uint8Array([header.length]));
}

export interface Trailer extends Header {
    readonly size: number; // header and length byte
}

/** Undefined: the frame has none. */
export function parseTrailer(frame: Uint8Array): Trailer | undefined {
    const length = frame.at(-1) ?? 0;
    if (length === 0 || length > kMaxHeaderBytes || length + 1 > frame.length) return undefined;
    const parsed = parseHeader(frame.subarray(frame.length - 1 - length, frame.length - 1));
    return parsed?.size === length ? { kid: parsed.kid, counter: parsed.counter, size: length + 1 } : undefined;
}

/** Undefined: not authentic, or too short to be. */
export async function unprotect(
    cipher: FrameCipher, trailer: Trailer, kind: MediaKind, frame: Bytes,
): Promise<Bytes | undefined> {
    const body = frame.length - trailer.size;
    const plainSize = body - cipher.tagBytes;
    if (plainSize < 0) return undefined;
    const clear = frame.slice(0, clearBytes(kind, frame.subarray(0, plainSize)));
    const header = frame.slice(body, -1);
    const opened = await cipher.open(trailer.counter, joined(header, clear), frame.slice(clear.length, body));
    return opened === undefined ? undefined : joined(clear, opened);
}
