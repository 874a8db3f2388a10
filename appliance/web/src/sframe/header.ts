// The SFrame header (RFC 9605 section 4.3): the number of the key and the counter that protect a frame. Numbers have
// up to 64 bits, hence bigint. The same as media/sframe/header.h of the appliance, with the same vectors.

export interface Header {
    readonly kid: bigint;
    readonly counter: bigint;
}
export interface ParsedHeader extends Header {
    readonly size: number;
}

export const kMaxHeaderBytes = 17;
const kMaxShort = 7n; // fits into the first byte

function bytesOf(value: bigint): number {
    let count = 0;
    if (value <= kMaxShort) return 0;
    for (let rest = value; rest > 0n; rest >>= 8n) ++count;
    return count;
}

const nibble = (value: bigint): number => {
    const count = bytesOf(value);
    return count === 0 ? Number(value) : 8 | (count - 1);
};

export function writeHeader({ kid, counter }: Header): Uint8Array<ArrayBuffer> {
    const out = [(nibble(kid) << 4) | nibble(counter)];
    for (const value of [kid, counter]) {
        for (let at = bytesOf(value) - 1; at >= 0; --at) out.push(Number((value >> BigInt(8 * at)) & 0xffn));
    }
    return new Uint8Array(out);
}

/** From the beginning of `bytes`. Undefined: too short, or longer than its values need; each header has one form. */
export function parseHeader(bytes: Uint8Array): ParsedHeader | undefined {
    const first = bytes[0];
    if (first === undefined) return undefined;
    let at = 1;
    const read = (bits: number): bigint | undefined => {
        if ((bits & 8) === 0) return BigInt(bits);
        const count = (bits & 7) + 1;
        if (at + count > bytes.length) return undefined;
        let value = 0n;
        for (const byte of bytes.subarray(at, at + count)) value = (value << 8n) | BigInt(byte);
        at += count;
        return bytesOf(value) === count ? value : undefined;
    };
    const kid = read(first >> 4);
    if (kid === undefined) return undefined;
    const counter = read(first & 15);
    return counter === undefined ? undefined : { kid, counter, size: at };
}
