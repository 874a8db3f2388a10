// Notes for the record, sealed to the kiosk: question, answer, demeanour. What is being written stays when the line, the
// page or the tab does not.

import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import type { EndToEnd } from '../keys/end_to_end';
import { fitsNote, isEmptyNote, type Draft, type Notes } from '../keys/notes';
import { linkText, timeText } from './note_list';

function NoteStatus({ notes, link }: { notes: Notes; link: string }) {
    const last = notes.list.value.filter(({ gone }) => gone).at(-1);
    const fits = fitsNote(notes.draft.value);
    const state = notes.state.value;
    const words =
        !fits ? t('note_long')
        : state === 'waiting' ? t('note_waiting')
        : state === 'sending' ? t('note_sending')
        : last !== undefined ? t('note_sent', { time: timeText(last), count: String(notes.sent.value) })
        : t('note_hint');
    return (
        <div class="note-status">
            <p
                class={!fits || state === 'waiting' ? 'trouble' : 'hint'} role="status"
                data-note={fits ? state : 'long'} data-sent={notes.sent.value}
            >
                {words}
            </p>
            <p class="hint" data-link={link}>{t('note_stamp', { link: linkText(link) })}</p>
        </div>
    );
}

interface FieldProps {
    readonly notes: Notes;
    readonly field: keyof Draft;
    readonly send: () => void;
    readonly long?: boolean;
    readonly first?: boolean;
}

function Field({ notes, field, send, long = false, first = false }: FieldProps) {
    const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
    useEffect(() => {
        if (first) input.current?.focus();
    }, []);
    const id = `note-${field}`;
    const shared = {
        id, ref: input, dir: 'auto' as const, value: notes.draft.value[field], autocomplete: 'off' as const,
        onInput: (event: { currentTarget: { value: string } }) => notes.write({ [field]: event.currentTarget.value }),
        onKeyDown: (event: KeyboardEvent) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        },
    };
    return (
        <div class="field" data-field={field}>
            <label for={id}>{t(`note_${field}`)}</label>
            {long ? <textarea rows={2} {...shared} /> : <input type="text" {...shared} />}
        </div>
    );
}

export function NotePanel({ endToEnd }: { endToEnd: EndToEnd }) {
    const { notes } = endToEnd;
    const form = useRef<HTMLFormElement>(null);
    const ready = !isEmptyNote(notes.draft.value) && fitsNote(notes.draft.value);
    const send = (): void => {
        // The next question is what comes next.
        if (notes.send()) form.current?.querySelector<HTMLInputElement>('#note-question')?.focus();
    };
    useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), []);
    return (
        <form
            class="note" ref={form} aria-label={t('note_label')}
            onSubmit={(event) => {
                event.preventDefault();
                send();
            }}
        >
            <Field notes={notes} field="question" send={send} first />
            <Field notes={notes} field="answer" send={send} long />
            <Field notes={notes} field="demeanour" send={send} />
            <button type="submit" class="primary" data-action="note-send" aria-disabled={!ready} aria-keyshortcuts="Control+Enter">
                {t('note_send')}
            </button>
            <NoteStatus notes={notes} link={endToEnd.linkNow()} />
        </form>
    );
}
