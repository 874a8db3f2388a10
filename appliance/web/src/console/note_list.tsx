// The notes of this interview, newest first, each with what it was stamped with.

import { isKey, locales, t, type Key } from '../i18n';
import { clockText } from '../keys/interview_clock';
import type { Note, Notes } from '../keys/notes';

/** The time of day, as the reader's language writes it. */
export const timeText = ({ at }: Pick<Note, 'at'>): string =>
    new Date(at).toLocaleTimeString(locales(), { hour: '2-digit', minute: '2-digit', hour12: false });

export function linkText(link: string): string {
    const key = `link_${link}`;
    return t(isKey(key) ? key : 'link_unknown');
}

const kTexts: readonly (keyof Note & ('question' | 'answer' | 'demeanour'))[] = ['question', 'answer', 'demeanour'];

function Item({ note }: { note: Note }) {
    const stamp = [
        timeText(note), ...(note.liveMs === undefined ? [] : [clockText(note.liveMs)]), linkText(note.link),
        ...(note.gone ? [] : [t('note_unsent')]),
    ].join(' · ');
    return (
        <li data-gone={note.gone} data-link={note.link}>
            {note.bookmark && <p class="name">{t('bookmark')}</p>}
            {kTexts.filter((field) => note[field].trim() !== '').map((field) => (
                <p key={field} class={`note-${field}`} dir="auto">
                    <span class="unseen-label">{t(`note_${field}` as Key)}: </span>
                    {note[field]}
                </p>
            ))}
            <p class="hint">{stamp}</p>
        </li>
    );
}

export function NoteList({ notes }: { notes: Notes }) {
    const list = notes.list.value;
    if (list.length === 0) return null;
    return (
        <section class="note-list" aria-labelledby="notes-heading">
            <h2 id="notes-heading">{t('note_list', { count: String(list.length) })}</h2>
            <ol>{list.map((note, at) => <Item key={at} note={note} />).reverse()}</ol>
        </section>
    );
}
