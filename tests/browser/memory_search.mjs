// Whether any sixteen bytes in a row of what was planted stand in a heap of bytes: a process's memory, a file, a capture
// of the wire. Runs of few different byte values are left out: they stand in any memory.
import { open, readFile } from 'node:fs/promises';

const kRun = 16;
const kFewestValues = 8;
const kFilterBits = 1 << 26;
const kBase = 0x01000193;
const kFirst = (() => {
    let power = 1;
    for (let i = 0; i < kRun - 1; ++i) power = Math.imul(power, kBase);
    return power;
})();

export class Needles {
    constructor() {
        this.filter = new Uint32Array(kFilterBits / 32);
        this.places = new Map(); // hash -> [bytes, offset]
        this.count = 0;
    }

    /** All runs in it. */
    add(bytes) {
        let hash = 0;
        for (let i = 0; i < bytes.length; ++i) {
            if (i >= kRun) hash = hash - Math.imul(bytes[i - kRun] + 1, kFirst) | 0;
            hash = Math.imul(hash, kBase) + bytes[i] + 1 | 0;
            if (i < kRun - 1) continue;
            const from = i - kRun + 1;
            if (new Set(bytes.subarray(from, i + 1)).size < kFewestValues) continue;
            const bit = (hash >>> 0) % kFilterBits;
            this.filter[bit >> 5] |= 1 << (bit & 31);
            if (!this.places.has(hash)) this.places.set(hash, []);
            this.places.get(hash).push([bytes, from]);
            ++this.count;
        }
    }

    /** How many of the runs stand in the heap; no more than `most` are counted. */
    in(heap, most = 50) {
        const { filter, places } = this;
        let hash = 0;
        let found = 0;
        for (let i = 0; i < heap.length && found < most; ++i) {
            if (i >= kRun) hash = hash - Math.imul(heap[i - kRun] + 1, kFirst) | 0;
            hash = Math.imul(hash, kBase) + heap[i] + 1 | 0;
            if (i < kRun - 1) continue;
            const bit = (hash >>> 0) % kFilterBits;
            if ((filter[bit >> 5] & 1 << (bit & 31)) === 0) continue;
            const from = i - kRun + 1;
            const same = places.get(hash)?.some(([bytes, at]) =>
                heap.subarray(from, i + 1).equals(bytes.subarray(at, at + kRun)));
            if (same) ++found;
        }
        return found;
    }
}

/** Every writable page of a process, piece by piece, as they are at the moment. */
export async function* memoryOf(pid) {
    const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
    const memory = await open(`/proc/${pid}/mem`, 'r');
    try {
        for (const line of maps.split('\n')) {
            const [, from, to, access] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
            if (access === undefined || !access.startsWith('rw')) continue;
            const start = parseInt(from, 16); // below 2^47
            const size = parseInt(to, 16) - start;
            const bytes = Buffer.alloc(size);
            try {
                const { bytesRead } = await memory.read(bytes, 0, size, start);
                yield bytes.subarray(0, bytesRead);
            } catch { /* a guard page, or gone by now */ }
        }
    } finally {
        await memory.close();
    }
}
