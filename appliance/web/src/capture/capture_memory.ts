// What a person has chosen: which devices, and which of them they have switched off. A reload finds it in this tab;
// a tab that was closed, and a browser that was killed, find it by the participant, and before anything is sent.
// Forgotten with the end of the interview.

import type { Kind } from './capture';
import type { Keep } from './kept';

export type Choice = 'off' | 'device';

export class CaptureMemory {
    private participant_: string;

    /** `tab` and `browser`: what lasts as long as they do. */
    constructor(private readonly tab_: Keep, private readonly browser_: Keep) {
        this.participant_ = tab_.getItem(kParticipant) ?? '';
    }

    recall(kind: Kind, what: Choice): string {
        // What a browser restores of a tab after its own death can be older.
        const kept = this.participant_ === '' ? null : this.browser_.getItem(this.key(kind, what));
        return kept ?? this.tab_.getItem(tabKey(kind, what)) ?? '';
    }

    remember(kind: Kind, what: Choice, value: string): void {
        this.tab_.setItem(tabKey(kind, what), value);
        if (this.participant_ !== '') this.browser_.setItem(this.key(kind, what), value);
    }

    /** Whose choices these are. What was chosen in this tab before one knew is theirs, and newer than what was kept. */
    recognise(participant: string): void {
        if (participant === this.participant_) return;
        // Another invitation in the same tab: another person, perhaps.
        if (this.participant_ !== '') this.each((kind, what) => this.tab_.removeItem(tabKey(kind, what)));
        this.participant_ = participant;
        this.tab_.setItem(kParticipant, participant);
        this.each((kind, what) => {
            const chosen = this.tab_.getItem(tabKey(kind, what));
            if (chosen !== null) this.browser_.setItem(this.key(kind, what), chosen);
        });
    }

    forget(): void {
        this.each((kind, what) => {
            this.tab_.removeItem(tabKey(kind, what));
            this.browser_.removeItem(this.key(kind, what));
        });
        this.tab_.removeItem(kParticipant);
        this.participant_ = '';
    }

    private key(kind: Kind, what: Choice): string {
        return `sightline.${this.participant_}.${kind}.${what}`;
    }

    private each(visit: (kind: Kind, what: Choice) => void): void {
        for (const kind of ['audio', 'video'] as const) for (const what of ['off', 'device'] as const) visit(kind, what);
    }
}

const kParticipant = 'sightline.console.participant';
const tabKey = (kind: Kind, what: Choice): string => `sightline.${kind}.${what}`;
