// An attachment's bytes, in chunks of 1 MiB, each encrypted with AES-256-GCM under the attachment's key: the nonce is the
// chunk's number from 0 in 12 bytes, big-endian, and nothing is authenticated beside. A chunk's name is the SHA-256 of its
// ciphertext and tag.

import { fromBase64url, sha256, type Bytes } from '../keys/base64url';
import type { OpHash } from './names';
import type { Attachment } from './op_content';
import { Refusal } from './refusal';

export const kChunkBytes = 1024 * 1024;

export const isChunk = async (name: OpHash, bytes: Bytes): Promise<boolean> => await sha256(bytes) === name;

function nonceOf(number: number): Bytes {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(8, number);
    return nonce;
}

/** `chunk`: gives a chunk by its name, from the hub or from the own disk. Refuses: forbidden: altered or of another size. */
export async function openAttachment(
    attachment: Attachment, chunk: (name: OpHash) => Promise<Bytes>,
): Promise<readonly Bytes[]> {
    const altered = new Refusal('forbidden', `open ${attachment.name}: it was altered; fetch it again`);
    const secret = fromBase64url(attachment.key, 32);
    if (secret === undefined) throw altered;
    const key = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['decrypt']);
    const parts: Bytes[] = [];
    let total = 0;
    for (const [number, name] of attachment.chunks.entries()) {
        const bytes = await chunk(name);
        if (!await isChunk(name, bytes)) throw altered;
        try {
            parts.push(new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonceOf(number) }, key, bytes)));
        } catch {
            throw altered;
        }
        const size = parts.at(-1)?.length ?? 0;
        total += size;
        if (number + 1 < attachment.chunks.length ? size !== kChunkBytes : size > kChunkBytes) throw altered;
    }
    if (total !== attachment.bytes) throw altered;
    return parts;
}
