// From which slots only frames come that cannot be opened, and for how long: that is worth a word to the person, and a
// frame lost here and there is not. Pure; `now` in milliseconds.

import type { MediaKind } from './frame';

interface Trouble {
    since: number;
    last: number;
}

export class SlotHealth {
    static readonly patienceMs = 1_000;
    /** Nothing comes any more: then something else is wrong, and the picture stands still. */
    static readonly memoryMs = 2_000;
    private readonly troubles_ = new Map<string, Trouble>();

    note(slot: number, kind: MediaKind, good: boolean, now: number): void {
        const track = `${slot} ${kind}`;
        const trouble = this.troubles_.get(track);
        if (good) this.troubles_.delete(track);
        else if (trouble === undefined) this.troubles_.set(track, { since: now, last: now });
        else trouble.last = now;
    }

    /** Somebody else sits there. */
    clear(slot: number): void {
        for (const kind of ['audio', 'video']) this.troubles_.delete(`${slot} ${kind}`);
    }

    unavailable(now: number): number[] {
        const slots = new Set<number>();
        for (const [track, { since, last }] of this.troubles_) {
            if (now - last > SlotHealth.memoryMs) this.troubles_.delete(track);
            else if (now - since > SlotHealth.patienceMs) slots.add(Number(track.split(' ')[0]));
        }
        return [...slots].sort((a, b) => a - b);
    }
}
