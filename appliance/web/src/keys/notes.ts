// The interviewer's notes on their way to the kiosk. The text stays where it was written until it has gone.

import { computed, signal } from '@preact/signals';
import { utf8 } from './base64url';
import { kMaxNoteBytes } from './letters';
import { Saying } from './saying';

export type NoteState = 'writing' | 'sending' | 'waiting'; // waiting: for the line, with the text kept

/** What a note can hold: no other control characters than line ends and tabs. */
export const noteText = (text: string): string =>
    text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trim();

export const fitsNote = (text: string): boolean => utf8(noteText(text)).length <= kMaxNoteBytes;

export class Notes {
    readonly text = signal('');
    /** When each went, newest last. */
    readonly sent = signal<readonly Date[]>([]);
    readonly saying: Saying<string>;
    readonly state;

    constructor(say: (text: string) => Promise<boolean>, refusalMs?: number, againMs?: number) {
        this.saying = new Saying(say, (text) => this.done(text), refusalMs, againMs);
        this.state = computed((): NoteState => (this.saying.state.value === 'silent' ? 'writing' : this.saying.state.value));
    }

    async send(): Promise<void> {
        const text = noteText(this.text.peek());
        if (text !== '' && this.state.peek() !== 'sending' && fitsNote(text)) await this.saying.begin(text);
    }

    /** They may have gone on writing while it waited. */
    private done(text: string): void {
        if (noteText(this.text.peek()) === text) this.text.value = '';
        this.sent.value = [...this.sent.peek(), new Date()];
    }
}
