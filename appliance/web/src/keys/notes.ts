// The interviewer's notes on their way to the kiosk. The text stays where it was written until it has gone, and nobody
// has said within a moment that it was not taken; the line may go and come back meanwhile.

import { signal } from '@preact/signals';
import { utf8 } from './base64url';
import { kMaxNoteBytes } from './letters';

export type NoteState = 'writing' | 'sending' | 'waiting'; // waiting: for the line, with the text kept

/** How long a refusal may take. */
const kRefusalMs = 1_500;
/** A centre that was away is tried again. */
const kAgainMs = 4_000;

/** What a note can hold: no other control characters than line ends and tabs. */
export const noteText = (text: string): string =>
    text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trim();

export const fitsNote = (text: string): boolean => utf8(noteText(text)).length <= kMaxNoteBytes;

export class Notes {
    readonly text = signal('');
    readonly state = signal<NoteState>('writing');
    /** Those that have gone, newest last: when. */
    readonly sent = signal<readonly Date[]>([]);

    private timer_: ReturnType<typeof setTimeout> | undefined;

    constructor(
        private readonly say_: (text: string) => Promise<boolean>, private readonly refusalMs_ = kRefusalMs,
        private readonly againMs_ = kAgainMs,
    ) {}

    async send(): Promise<void> {
        const text = noteText(this.text.value);
        if (text === '' || this.state.value === 'sending' || !fitsNote(text)) return;
        this.state.value = 'sending';
        const gone = await this.say_(text).catch(() => false);
        if (this.state.value !== 'sending') return; // Refused meanwhile.
        clearTimeout(this.timer_);
        if (!gone) this.wait();
        else this.timer_ = setTimeout(() => this.done(), this.refusalMs_);
    }

    /** The line is back, or there are keys again. */
    async lineIsBack(): Promise<void> {
        if (this.state.value === 'waiting') await this.send();
    }

    /** The hub could not pass on what we last said; or the line broke, and nobody knows. */
    refused(): void {
        if (this.state.value === 'sending') this.wait();
    }

    private wait(): void {
        clearTimeout(this.timer_);
        this.state.value = 'waiting';
        this.timer_ = setTimeout(() => void this.lineIsBack(), this.againMs_);
    }

    private done(): void {
        this.text.value = '';
        this.sent.value = [...this.sent.value, new Date()];
        this.state.value = 'writing';
    }
}
