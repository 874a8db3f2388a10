// The keys of the epochs: what to send under, and what to open with. An epoch is taken once, and only if it is newer
// than all before it, so that no key gets a second counter. Times are milliseconds of performance.now().

import type { MediaKind } from './frame';
import { Keyring, SendingKey, type Opening } from './keyring';
import type { ReceivingOrder, SendingOrder } from './orders';

type Bytes = Uint8Array<ArrayBuffer>;

const kShortestOldMs = 1_000;

interface Generation {
    readonly epoch: number;
    readonly senders: ReadonlyMap<MediaKind, SendingKey>;
    readonly receiving: ReadonlySet<bigint>;
}
const kNothing: Generation = { epoch: 0, senders: new Map(), receiving: new Set() };

export class KeyStore {
    private readonly keys_ = new Keyring();
    private newest_ = kNothing; // waits for its switch, or is in use
    private used_ = kNothing;
    private highest_ = 0;
    private held_ = false;
    private seats_: readonly (string | null)[] = [];

    /** The base keys are wiped. False: it is not newer, and nothing changes. */
    async take(epoch: number, send: readonly SendingOrder[], receive: readonly ReceivingOrder[]): Promise<boolean> {
        if (epoch <= this.highest_) return false;
        this.highest_ = epoch;
        const senders = new Map<MediaKind, SendingKey>();
        for (const { kind, kid, key } of send) senders.set(kind, await SendingKey.create(kid, key));
        for (const { kid, key, sender, kind } of receive) await this.keys_.add(kid, key, { sender, kind });
        for (const { key } of [...send, ...receive]) key.fill(0);
        this.newest_ = { epoch, senders, receiving: new Set(receive.map(({ kid }) => kid)) };
        return true;
    }

    switchTo(epoch: number, oldMs: number, now: number): void {
        if (epoch !== this.newest_.epoch) return;
        this.used_ = this.newest_;
        this.keys_.expireAllBut(this.used_.receiving, now + Math.max(kShortestOldMs, oldMs));
    }

    forget(): void {
        this.newest_ = this.used_ = kNothing;
        this.keys_.expireAllBut(new Set(), 0);
    }

    sender(kind: MediaKind): SendingKey | undefined {
        return this.held_ ? undefined : this.used_.senders.get(kind);
    }

    hold(held: boolean): void {
        this.held_ = held;
    }

    seat(people: readonly (string | null)[]): void {
        this.seats_ = people;
    }

    open(kind: MediaKind, slot: number, frame: Bytes, now: number): Promise<{ opening: Opening; frame?: Bytes }> {
        return this.keys_.open(kind, this.seats_[slot] ?? undefined, frame, now);
    }

    tick(now: number): void {
        this.keys_.tick(now);
    }
}
