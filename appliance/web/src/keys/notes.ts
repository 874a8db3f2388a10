// The interviewer's notes on their way to the kiosk: one draft, and those that the person has sent off, which go one
// after the other. Nothing is taken out of sight before it has gone, and all of it outlives the page (see drafts.ts).

import { computed, effect, signal } from '@preact/signals';
import { utf8 } from './base64url';
import { kMaxNoteBytes, type NoteWord } from './letters';
import { Saying } from './saying';

export interface Draft {
    readonly question: string;
    readonly answer: string;
    readonly demeanour: string;
}
/** What this page knew when a note was sent off. */
export interface Stamp {
    readonly at: number; // ms since 1970
    readonly liveMs: number | undefined; // on the interview's clock
    readonly link: string; // link_… in the catalogues
}
export interface Note extends Draft, Stamp {
    readonly bookmark: boolean;
    readonly gone: boolean;
}
/** Where they outlive the page. */
export interface NoteKeep {
    draft(draft: Draft): void;
    list(list: readonly Note[]): void;
}

export type NoteState = 'writing' | 'sending' | 'waiting'; // waiting: for the line

export const kNoDraft: Draft = { question: '', answer: '', demeanour: '' };
const kFields = ['question', 'answer', 'demeanour'] as const;

/** What a note can hold: no other control characters than line ends and tabs. */
export const noteText = (text: string): string =>
    text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trim();

export const isEmptyNote = (draft: Draft): boolean => kFields.every((field) => noteText(draft[field]) === '');

/** The three texts have one bound together. */
export const fitsNote = (draft: Draft): boolean =>
    kFields.reduce((sum, field) => sum + utf8(noteText(draft[field])).length, 0) <= kMaxNoteBytes;

export function noteWord(note: Pick<Note, 'bookmark' | keyof Draft>): NoteWord {
    const texts = kFields.map((field) => [field, noteText(note[field])] as const).filter(([, text]) => text !== '');
    return { say: 'note', ...Object.fromEntries(texts), ...(note.bookmark && { bookmark: true as const }) };
}

export class Notes {
    readonly draft = signal<Draft>(kNoDraft);
    /** In the order in which they were sent off. */
    readonly list = signal<readonly Note[]>([]);
    readonly saying: Saying<Note>;
    readonly state;
    readonly sent;

    constructor(
        say: (word: NoteWord) => Promise<boolean>, private readonly stamp_: () => Stamp, refusalMs?: number, againMs?: number,
    ) {
        this.saying = new Saying((note) => say(noteWord(note)), (note) => this.done(note), refusalMs, againMs);
        this.state = computed((): NoteState => (this.saying.state.value === 'silent' ? 'writing' : this.saying.state.value));
        this.sent = computed(() => this.list.value.filter(({ gone }) => gone).length);
    }

    /** Brings back what a page before this one kept, and keeps everything from now on. */
    keepIn(keep: NoteKeep, draft: Draft, list: readonly Note[]): void {
        // What was written until now is newer.
        if (isEmptyNote(this.draft.peek())) this.draft.value = draft;
        this.list.value = [...list, ...this.list.peek()];
        effect(() => keep.draft(this.draft.value));
        effect(() => keep.list(this.list.value));
        this.next();
    }

    write(changes: Partial<Draft>): void {
        this.draft.value = { ...this.draft.peek(), ...changes };
    }

    /** False: there is nothing to send, or too much for one note. */
    send(): boolean {
        const draft = this.draft.peek();
        if (isEmptyNote(draft) || !fitsNote(draft)) return false;
        this.draft.value = kNoDraft;
        this.add({ ...draft, bookmark: false });
        return true;
    }

    /** Marks this moment; what is being written is left alone. */
    bookmark(): void {
        this.add({ ...kNoDraft, bookmark: true });
    }

    private add(what: Draft & { readonly bookmark: boolean }): void {
        this.list.value = [...this.list.peek(), { ...what, ...this.stamp_(), gone: false }];
        this.next();
    }

    private next(): void {
        const first = this.list.peek().find(({ gone }) => !gone);
        if (first !== undefined && this.saying.state.peek() === 'silent') void this.saying.begin(first);
    }

    private done(note: Note): void {
        this.list.value = this.list.peek().map((listed) => (listed === note ? { ...note, gone: true } : listed));
        this.next();
    }
}
