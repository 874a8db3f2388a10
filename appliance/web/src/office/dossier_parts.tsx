// The parts of a dossier that are read: its form, what is to be settled, notes, consents and files.

import { useState } from 'preact/hooks';
import type { Saying } from '../sync/dossier_state';
import type { Attachment } from '../sync/op_content';
import type {
    Choice, ConflictView, ConsentView, FieldView, GroupView, NoteView, SectionView,
} from './dossier_view';
import { named, o } from './texts';
import { timeText } from './wording';
import { fits } from './writing';

/** Who says so, as people know them. */
export type NameOf = (by: Saying) => string;

const Field = ({ field }: { field: FieldView }) => (
    <div class="fact" data-path={field.path} data-conflict={field.conflict}>
        <dt>{field.label}</dt>
        <dd class="long" dir="auto">
            {field.text}
            {field.conflict && <span class="mark" data-mark="conflict">{o('conflict_marker')}</span>}
        </dd>
    </div>
);

function Group({ group, level }: { group: GroupView; level: 'once' | 'entry' }) {
    const facts = <dl>{group.fields.map((field) => <Field key={field.path} field={field} />)}</dl>;
    if (level === 'once') return facts;
    return (
        <section class="entry" data-entry={group.id}>
            <h3 dir="auto">{group.heading}</h3>
            {facts}
        </section>
    );
}

/** Folded up, so that a large case has an overview; what is most read is open. */
const kOpen = new Set(['case', 'persons', 'claim', 'need']);

export const Sections = ({ sections }: { sections: readonly SectionView[] }) => (
    <>
        {sections.map(({ part, groups }) => (
            <details key={part} class="panel" data-part={part} open={kOpen.has(part)}>
                <summary>
                    <h2>{named(`part_${part}`, part)}{groups.length > 1 && ` (${groups.length})`}</h2>
                </summary>
                {part === 'confidential' && <p class="hint">{o('confidential_hint')}</p>}
                {groups.map((group) => <Group key={group.id} group={group} level={group.id === '' ? 'once' : 'entry'} />)}
            </details>
        ))}
    </>
);

interface ConflictsProps {
    readonly conflicts: readonly ConflictView[];
    readonly nameOf: NameOf;
    /** Absent: nothing may be written here. */
    readonly settle: ((path: string, choice: Choice) => void) | undefined;
}

export function Conflicts({ conflicts, nameOf, settle }: ConflictsProps) {
    if (conflicts.length === 0) return null;
    return (
        <section class="panel conflicts" aria-labelledby="conflicts-heading">
            <h2 id="conflicts-heading">{o('conflicts_heading')}</h2>
            <p class="hint">{o('conflicts_text')}</p>
            {conflicts.map(({ path, label, choices }) => (
                <fieldset key={path} data-conflict-path={path}>
                    <legend dir="auto">{label}</legend>
                    {choices.map((choice) => (
                        <div key={choice.by.op} class="side">
                            <div>
                                <p class="long" dir="auto" data-removed={choice.value === undefined}>{choice.text}</p>
                                <p class="hint">{o('by', { name: nameOf(choice.by), time: timeText(choice.by.at) })}</p>
                            </div>
                            {settle !== undefined && (
                                <button
                                    type="button" aria-label={`${o(choice.value === undefined ? 'conflict_keep_removed' : 'conflict_use')}: ${choice.text}`}
                                    onClick={() => settle(path, choice)}
                                >
                                    {o(choice.value === undefined ? 'conflict_keep_removed' : 'conflict_use')}
                                </button>
                            )}
                        </div>
                    ))}
                </fieldset>
            ))}
        </section>
    );
}

interface NotesProps {
    readonly notes: readonly NoteView[];
    readonly nameOf: NameOf;
    readonly add: ((text: string) => Promise<boolean>) | undefined;
}

export function Notes({ notes, nameOf, add }: NotesProps) {
    const [text, setText] = useState('');
    const fitting = fits(text);
    const send = async (): Promise<void> => {
        const said = text.trim();
        // The text is never taken away before it is kept.
        if (said !== '' && fitting && await add?.(said) === true) setText('');
    };
    return (
        <section class="panel" aria-labelledby="notes-heading">
            <h2 id="notes-heading">{o('notes_heading')}</h2>
            {notes.length === 0 && <p class="hint">{o('notes_none')}</p>}
            <ul class="written">
                {notes.map((note) => (
                    <li key={`${note.path}.${note.by.op}`}>
                        <p class="long" dir="auto">{note.text}</p>
                        <p class="hint">{o('by', { name: nameOf(note.by), time: timeText(note.by.at) })}</p>
                    </li>
                ))}
            </ul>
            {add !== undefined && (
                <div class="note">
                    <label for="office-note">{o('notes_new')}</label>
                    <textarea
                        id="office-note" rows={3} dir="auto" value={text} aria-describedby="office-note-hint"
                        onInput={(event) => setText(event.currentTarget.value)}
                    />
                    <div class="note-row">
                        <p id="office-note-hint" class={fitting ? 'hint' : 'trouble'}>{o(fitting ? 'notes_hint' : 'decision_long')}</p>
                        <button
                            type="button" data-action="add-note" aria-disabled={text.trim() === '' || !fitting}
                            onClick={() => void send()}
                        >
                            {o('notes_add')}
                        </button>
                    </div>
                </div>
            )}
        </section>
    );
}

export function Consents({ consents, nameOf }: { consents: readonly ConsentView[]; nameOf: NameOf }) {
    if (consents.length === 0) return null;
    return (
        <section class="panel" aria-labelledby="consents-heading">
            <h2 id="consents-heading">{o('consents_heading')}</h2>
            <ul class="written">
                {consents.map(({ path, label, inForce, entries }) => (
                    <li key={path} data-consent={path} data-in-force={inForce}>
                        <p><strong dir="auto">{label}</strong>: {o(inForce ? 'consent_in_force' : 'consent_not_in_force')}</p>
                        {entries.map(({ by, answer }) => (
                            <p key={by.op} class="hint">
                                {o(`consent_${answer}`)}: {o('by', { name: nameOf(by), time: timeText(by.at) })}
                            </p>
                        ))}
                    </li>
                ))}
            </ul>
        </section>
    );
}

interface FilesProps {
    readonly files: readonly Attachment[];
    readonly fetchFile: (file: Attachment) => Promise<readonly Uint8Array<ArrayBuffer>[]>;
}

function File({ file, fetchFile }: { file: Attachment; fetchFile: FilesProps['fetchFile'] }) {
    const [state, setState] = useState<'there' | 'fetching' | 'failed'>('there');
    const open = async (): Promise<void> => {
        if (state === 'fetching') return;
        setState('fetching');
        try {
            // Saved, never shown by this page: a file of somebody's is nothing to run here.
            const url = URL.createObjectURL(new Blob([...await fetchFile(file)], { type: 'application/octet-stream' }));
            const link = document.createElement('a');
            link.href = url;
            link.download = file.name;
            link.click();
            setTimeout(() => URL.revokeObjectURL(url), 10_000);
            setState('there');
        } catch {
            setState('failed');
        }
    };
    const { name } = file;
    return (
        <li>
            <button type="button" aria-disabled={state === 'fetching'} onClick={() => void open()}>
                {o(state === 'fetching' ? 'attachment_fetching' : 'attachment_open', { name })}
            </button>
            {state === 'failed' && <p class="trouble" role="alert">{o('attachment_failed')}</p>}
        </li>
    );
}

export function Files({ files, fetchFile }: FilesProps) {
    if (files.length === 0) return null;
    return (
        <section class="panel" aria-labelledby="files-heading">
            <h2 id="files-heading">{o('attachments')}</h2>
            <ul class="written">{files.map((file) => <File key={file.key} file={file} fetchFile={fetchFile} />)}</ul>
        </section>
    );
}
