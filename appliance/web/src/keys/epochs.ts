// What this page takes of the epochs that the kiosk has signed: each newer than the last, following on it, for this
// page, with the salt that was committed to, and with keys that are what they say. Pure: gives orders to whoever holds
// the keys. One for each kiosk's session and load of the page.

import { keyNumberOf } from './key_number';
import type { Address, Epoch, Switch } from './letters';

/** Why an epoch was not taken. */
export type Refusal =
    | 'other'    // it is for another page, person or session
    | 'old'      // an epoch of before
    | 'fork'     // the same number, and not the same epoch
    | 'previous' // it follows on another epoch than ours
    | 'salt'     // not the one that was committed to
    | 'keys'     // keys of another epoch, of nobody, or of two people in one place
    | 'people';  // we or the kiosk are not in it

/** A kiosk that keeps to the rules never writes these: somebody has altered, or kept back and mixed, what it wrote. */
export const isAlarming = (refusal: Refusal): boolean => refusal !== 'old';

export type Taken =
    | { readonly what: 'new'; readonly epoch: Epoch; readonly switches: boolean }
    | { readonly what: 'again'; readonly epoch: number; readonly switches: boolean; readonly oldMs: number }
    | { readonly what: 'refused'; readonly why: Refusal };

export interface Reader extends Address {
    readonly thumbprint: string; // of this device
    readonly kiosk: string;      // thumbprint
    readonly commitment: string;
}

/** Which start of the kiosk an epoch is of: the number's lower 14 bits count within one. */
const startOf = (epoch: number): number => Math.floor(epoch / 0x4000);

const refused = (why: Refusal): Taken => ({ what: 'refused', why });

export class Epochs {
    /** Epochs that never came; after a restart of the kiosk it is normal that numbers are left out. */
    gaps = 0;

    private last_ = 0;
    private hash_ = '';
    private switched_ = 0;
    private places_ = new Map<number, string>(); // who sends from a slot, for as long as the kiosk runs

    constructor(private readonly reader_: Reader) {}

    get last(): number { return this.last_; }

    /** `saltDigest`: SHA-256 of the epoch's salt in base64url. */
    take(epoch: Epoch, saltDigest: string): Taken {
        if (!this.isForUs(epoch)) return refused('other');
        if (saltDigest !== this.reader_.commitment) return refused('salt');
        if (epoch.epoch < this.last_ || epoch.epoch === 0) return refused('old');
        if (epoch.epoch === this.last_) {
            if (epoch.hash !== this.hash_) return refused('fork');
            return { what: 'again', epoch: this.last_, switches: epoch.switch && this.noteSwitch(this.last_), oldMs: epoch.oldMs };
        }
        if (this.last_ !== 0 && epoch.epoch === this.last_ + 1 && epoch.previous !== this.hash_) return refused('previous');
        if (!this.everybodyIsNamed(epoch)) return refused('people');
        if (!this.keysAreRight(epoch)) return refused('keys');

        if (this.last_ !== 0 && epoch.epoch > this.last_ + 1) ++this.gaps;
        this.last_ = epoch.epoch;
        this.hash_ = epoch.hash;
        return { what: 'new', epoch, switches: epoch.switch && this.noteSwitch(epoch.epoch) };
    }

    /** True: senders are to use the newest epoch's keys from now on. */
    switchTo(order: Switch): boolean {
        return this.isForUs(order) && order.epoch === this.last_ && this.noteSwitch(order.epoch);
    }

    private noteSwitch(epoch: number): boolean {
        if (this.switched_ >= epoch) return false;
        this.switched_ = epoch;
        return true;
    }

    isForUs({ session, to, page }: Address): boolean {
        return session === this.reader_.session && to === this.reader_.to && page === this.reader_.page;
    }

    private everybodyIsNamed({ people }: Epoch): boolean {
        const ids = new Set(people.map(({ id }) => id));
        return ids.size === people.length
            && people.some(({ id, key }) => id === this.reader_.to && key === this.reader_.thumbprint)
            && people.some(({ id, key }) => id !== this.reader_.to && key === this.reader_.kiosk);
    }

    private keysAreRight({ epoch, people, send, receive }: Epoch): boolean {
        const named = new Set(people.map(({ id }) => id));
        // A kiosk that was started again gives places anew.
        const places = startOf(epoch) === startOf(this.last_) ? new Map(this.places_) : new Map<number, string>();
        const numbers = new Set<number>();
        const all = [...send.map((key) => ({ ...key, sender: this.reader_.to })), ...receive];
        for (const { kid, kind, sender } of all) {
            const says = keyNumberOf(kid);
            if (says.epoch !== epoch || says.kind !== kind || numbers.has(kid) || !named.has(sender)) return false;
            const others = [...places].some(([slot, who]) => (slot === says.slot) !== (who === sender));
            if (others) return false;
            numbers.add(kid);
            places.set(says.slot, sender);
        }
        if (receive.some(({ sender }) => sender === this.reader_.to)) return false;
        this.places_ = places;
        return true;
    }
}
