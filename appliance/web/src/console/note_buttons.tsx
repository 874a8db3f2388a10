// Opening the note fields, and marking this moment by one button or by a key, also while one writes.

import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import type { Notes } from '../keys/notes';
import { BookmarkIcon, NoteIcon } from '../ui/icons';

export function NoteButtons({ notes, open, toggle }: { notes: Notes; open: boolean; toggle: () => void }) {
    useEffect(() => {
        const onKey = (event: KeyboardEvent): void => {
            if (event.key.toLowerCase() !== 'm' || !event.ctrlKey || event.altKey || event.shiftKey || event.repeat) return;
            event.preventDefault();
            notes.bookmark();
        };
        addEventListener('keydown', onKey);
        return () => removeEventListener('keydown', onKey);
    }, [notes]);
    const marks = notes.list.value.filter(({ bookmark }) => bookmark).length;
    return (
        <>
            <button type="button" class="control" data-action="note" aria-expanded={open} onClick={toggle}>
                <NoteIcon />
                <span class="control-text">{t('note')}</span>
            </button>
            <button
                type="button" class="control" data-action="bookmark" aria-keyshortcuts="Control+M"
                onClick={() => notes.bookmark()}
            >
                <BookmarkIcon />
                <span class="control-text">
                    <span>{t('bookmark')}</span>
                    <span class="control-state">{marks === 0 ? t('bookmark_key') : t('bookmark_count', { count: String(marks) })}</span>
                </span>
            </button>
        </>
    );
}
