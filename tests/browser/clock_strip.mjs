// Reads the clock that the synthetic person carries: 42 equal cells along the top of the picture, one of them
// white, one black, 32 bits of wall-clock milliseconds (mod 2^32, most significant first) and an 8-bit checksum.
// Each function is self-contained, because their source text is also put into the pages under test.

export const kCells = 42;

/** The milliseconds, or null when the strip is unreadable. `luma`: one value, 0 to 255, from the middle of each cell. */
export function decodeClock(luma) {
    if (luma.length !== 42 || luma[0] < 128 || luma[1] >= 128) return null;
    const bit = (index) => (luma[index + 2] >= 128 ? 1 : 0);
    let sum = 0x5a;
    let value = 0;
    for (let byte = 0; byte < 4; ++byte) {
        let eight = 0;
        for (let i = 0; i < 8; ++i) eight = eight * 2 + bit(byte * 8 + i);
        value = value * 256 + eight;
        sum += eight;
    }
    let check = 0;
    for (let i = 32; i < 40; ++i) check = check * 2 + bit(i);
    return check === (sum & 255) ? value : null;
}

/** The cells of a moment, as the engine draws them. */
export function encodeClock(milliseconds) {
    const value = milliseconds % 2 ** 32;
    const bytes = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
    bytes.push((0x5a + bytes.reduce((sum, byte) => sum + byte, 0)) & 255);
    const bits = bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((i) => (byte >> i) & 1));
    return [235, 16, ...bits.map((bit) => (bit === 1 ? 235 : 16))];
}

/** How many milliseconds `wall` is after the clock value `clock`, which is known mod 2^32 only. */
export function sinceClock(wall, clock) {
    const difference = (((wall - clock) % 2 ** 32) + 2 ** 32) % 2 ** 32;
    return difference > 2 ** 31 ? difference - 2 ** 32 : difference;
}
