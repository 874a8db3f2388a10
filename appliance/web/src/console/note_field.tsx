// Notes for the record, sealed to the kiosk. The text is never taken away before it has gone.

import { useEffect, useRef } from 'preact/hooks';
import { locales, t } from '../i18n';
import { fitsNote, noteText, type Notes } from '../keys/notes';

function NoteStatus({ notes }: { notes: Notes }) {
    const last = notes.sent.value.at(-1);
    const fits = fitsNote(notes.text.value);
    const time = last?.toLocaleTimeString(locales(), { hour: '2-digit', minute: '2-digit', hour12: false }) ?? '';
    const words =
        !fits ? t('note_long')
        : notes.state.value === 'sending' ? t('note_sending')
        : notes.state.value === 'waiting' ? t('note_waiting')
        : last !== undefined ? t('note_sent', { time, count: String(notes.sent.value.length) })
        : t('note_hint');
    const mood = !fits || notes.state.value === 'waiting' ? 'trouble' : 'hint';
    return <p class={mood} role="status" data-note={fits ? notes.state.value : 'long'} data-sent={notes.sent.value.length}>{words}</p>;
}

export function NoteField({ notes }: { notes: Notes }) {
    const field = useRef<HTMLTextAreaElement>(null);
    useEffect(() => field.current?.focus(), []);
    const state = notes.state.value;
    const ready = state !== 'sending' && noteText(notes.text.value) !== '' && fitsNote(notes.text.value);
    return (
        <form
            class="note"
            onSubmit={(event) => {
                event.preventDefault();
                void notes.send();
            }}
        >
            <label for="note">{t('note_label')}</label>
            <textarea
                id="note" ref={field} rows={2} dir="auto" readOnly={state === 'sending'} value={notes.text.value}
                onInput={(event) => (notes.text.value = event.currentTarget.value)}
                onKeyDown={(event) => {
                    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void notes.send();
                }}
            />
            <div class="note-row">
                <NoteStatus notes={notes} />
                <button type="submit" class="primary" data-action="note-send" aria-disabled={!ready}>
                    {state === 'sending' ? t('note_sending_button') : t('note_send')}
                </button>
            </div>
        </form>
    );
}
