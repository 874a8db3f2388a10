// The keys this page may receive under, each with its replay window, and the key it sends under. See
// media/sframe/keyring.h of the appliance. Times are milliseconds of performance.now().

import { parseTrailer, protect, unprotect, type MediaKind } from './frame';
import { FrameCipher } from './frame_cipher';

type Bytes = Uint8Array<ArrayBuffer>;

/** Which counters were there, near the highest. What is older than the window is not taken. */
export class ReplayWindow {
    static readonly frames = 256n;
    private seen_ = 0n; // bit i: highest - i
    private highest_ = -1n;

    isNew(counter: bigint): boolean {
        if (counter > this.highest_) return true;
        const age = this.highest_ - counter;
        return age < ReplayWindow.frames && ((this.seen_ >> age) & 1n) === 0n;
    }

    /** Only after the frame has proved authentic. */
    note(counter: bigint): void {
        if (counter > this.highest_) {
            const ahead = counter - this.highest_;
            this.seen_ = ahead < ReplayWindow.frames
                ? BigInt.asUintN(Number(ReplayWindow.frames), this.seen_ << ahead) : 0n;
            this.highest_ = counter;
        }
        const age = this.highest_ - counter;
        if (age < ReplayWindow.frames) this.seen_ |= 1n << age;
    }
}

export type Opening = 'opened' | 'no_trailer' | 'unknown_key' | 'wrong_sender' | 'replayed' | 'not_authentic';

/** Whose frames are under a key. */
export interface Owner {
    readonly sender: string;
    readonly kind: MediaKind;
}

export class Keyring {
    /** Sound and picture of every participant, in the epoch that is used and in the ones before and after it. */
    static readonly maxKeys = 384;
    private readonly keys_ = new Map<bigint, { cipher: FrameCipher; owner: Owner; window: ReplayWindow; dies: number }>();

    /** False: there are too many, or one of that number, and nothing changes. */
    async add(kid: bigint, baseKey: Bytes, owner: Owner): Promise<boolean> {
        if (this.keys_.has(kid) || this.keys_.size >= Keyring.maxKeys) return false;
        const cipher = await FrameCipher.create(kid, baseKey);
        if (this.keys_.has(kid)) return false;
        this.keys_.set(kid, { cipher, owner, window: new ReplayWindow(), dies: Infinity });
        return true;
    }

    /** It opens nothing from `at` on. */
    expire(kid: bigint, at: number): void {
        const key = this.keys_.get(kid);
        if (key !== undefined) key.dies = Math.min(key.dies, at);
    }

    expireAllBut(kept: ReadonlySet<bigint>, at: number): void {
        for (const kid of this.keys_.keys()) if (!kept.has(kid)) this.expire(kid, at);
    }

    tick(now: number): void {
        for (const [kid, key] of this.keys_) if (now >= key.dies) this.keys_.delete(kid);
    }

    get size(): number { return this.keys_.size; }

    /** `sender`: who sits where the frame has come in. A frame of somebody else is not opened, however good its key. */
    async open(
        kind: MediaKind, sender: string | undefined, frame: Bytes, now: number,
    ): Promise<{ opening: Opening; frame?: Bytes; kid?: bigint }> {
        const trailer = parseTrailer(frame);
        if (trailer === undefined) return { opening: 'no_trailer' };
        const { kid } = trailer;
        const key = this.keys_.get(kid);
        if (key === undefined || now >= key.dies) return { opening: 'unknown_key', kid };
        if (key.owner.sender !== sender || key.owner.kind !== kind) return { opening: 'wrong_sender', kid };
        if (!key.window.isNew(trailer.counter)) return { opening: 'replayed', kid };
        const opened = await unprotect(key.cipher, trailer, kind, frame);
        if (opened === undefined) return { opening: 'not_authentic', kid };
        // Another copy of it may have been opened meanwhile.
        if (!key.window.isNew(trailer.counter)) return { opening: 'replayed', kid };
        key.window.note(trailer.counter);
        return { opening: 'opened', frame: opened, kid };
    }
}

/** Counts up from 0, so a key never comes back: the kiosk gives another one to each page that is loaded. */
export class SendingKey {
    private next_ = 0n;

    private constructor(private readonly cipher_: FrameCipher) {}

    static async create(kid: bigint, baseKey: Bytes): Promise<SendingKey> {
        return new SendingKey(await FrameCipher.create(kid, baseKey));
    }

    get kid(): bigint { return this.cipher_.kid; }

    protect(kind: MediaKind, frame: Bytes): Promise<Bytes> {
        return protect(this.cipher_, this.next_++, kind, frame);
    }
}
