// The verification words: six words that everybody in the interview sees alike when they all have the same people's
// devices before them. Nobody can choose devices so that they come out alike, because the salt was committed to before.

import text from '../../../../session/identity/words.txt';
import { utf8, type Bytes } from './base64url';

const kWords = text.split('\n').map((word) => word.trim()).filter((word) => word !== '');
const kRounds = 100_000;
const kCount = 6;
const kBitsEach = 11;
const kBytes = 9; // the first 66 of 72 bits

export async function verificationWords(session: string, thumbprints: readonly string[], salt: Bytes): Promise<string[]> {
    const password = `sightline-words\n${session}\n${[...thumbprints].sort().join('\n')}`;
    const key = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, ['deriveBits']);
    const bytes = new Uint8Array(await crypto.subtle.deriveBits(
        { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: kRounds }, key, 8 * kBytes));
    let bits = 0n;
    for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
    return Array.from({ length: kCount }, (_, at) => {
        const index = Number((bits >> BigInt(8 * kBytes - kBitsEach * (at + 1))) & 2047n);
        return kWords[index] ?? '';
    });
}
