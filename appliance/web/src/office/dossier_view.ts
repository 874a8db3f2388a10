// What a dossier shows: its form in sections, what is to be settled, the decision, notes and consents. It is worked out from
// a snapshot, whose heads are what whoever answers has seen. Reads the language of the page.

import { language } from '../i18n';
import type { DossierHistory } from '../sync/dossier_history';
import { inConflict, inForce, valueOf, type ConsentEntry, type DossierState, type FieldState, type Saying } from '../sync/dossier_state';
import type { Json } from '../sync/json_text';
import type { OpHash, Pseudonym } from '../sync/names';
import { attachmentOf, type Attachment } from '../sync/op_content';
import { kParts, type Kind } from './form';
import { named, o } from './texts';
import { valueText } from './wording';

export type Outcome = 'accepted' | 'refused' | 'interview';
export const kOutcomes: readonly Outcome[] = ['accepted', 'refused', 'interview'];

export interface FieldView {
    readonly path: string;
    readonly label: string;
    readonly text: string;
    readonly conflict: boolean;
}
/** The fields that a part has once, or those of one entry. */
export interface GroupView {
    readonly id: string;
    readonly heading: string;
    readonly fields: readonly FieldView[];
}
export interface SectionView {
    readonly part: string;
    readonly groups: readonly GroupView[];
}
export interface Choice {
    readonly by: Saying;
    readonly value: Json | undefined; // undefined: removed
    readonly text: string;
}
export interface ConflictView {
    readonly path: string;
    readonly label: string;
    readonly choices: readonly Choice[];
}
export interface NoteView {
    readonly path: string;
    readonly by: Saying;
    readonly text: string;
}
export interface DecisionView {
    readonly conflict: boolean;
    readonly given: readonly { readonly by: Saying; readonly outcome: string; readonly reason: string }[];
}
export interface ConsentView {
    readonly path: string;
    readonly label: string;
    readonly inForce: boolean;
    readonly entries: readonly ConsentEntry[];
}
/** With the names of persons that one side has removed and another one has still written about. */
type ShownState = DossierState & { readonly gone: ReadonlyMap<string, string> };
/** A dossier at one moment. */
export interface Snapshot {
    readonly dossier: Pseudonym;
    readonly heads: readonly OpHash[];
    readonly state: ShownState;
    readonly waiting: number;
}
export interface DossierView {
    readonly name: string;
    readonly number: string;
    readonly unreadable: number;
    readonly waiting: number;
    readonly conflicts: readonly ConflictView[];
    readonly decision: DecisionView;
    readonly notes: readonly NoteView[];
    readonly consents: readonly ConsentView[];
    readonly files: readonly Attachment[];
    readonly sections: readonly SectionView[];
}

/** What is on the list. */
export interface Summary {
    readonly dossier: Pseudonym;
    readonly name: string;
    readonly number: string;
    readonly conflict: boolean;
    readonly whole: boolean;
    readonly outcome: string; // empty: not decided
}

const kId = /^[0-9a-f]{16}$/;
const kDecision = 'decision/';
const kNote = /^notes\/[^/]+\/text$/;

const kNames = ['given_names', 'family_name'] as const;

const joined = (values: readonly (Json | undefined)[]): string =>
    [...new Set(values.filter((value): value is string => typeof value === 'string'))].join(' / ');

/** Texts of all values that stand, for a line in which there is no room to settle anything. */
const standingText = (field: FieldState | undefined): string => joined((field ?? []).map(({ value }) => value));

function nameThatStands({ fields }: DossierState, id: string): string {
    const names = kNames.map((name) => standingText(fields.get(`persons/${id}/${name}`)));
    return names.filter((each) => each !== '').join(' ');
}

const personName = (state: ShownState, id: string): string => nameThatStands(state, id) || state.gone.get(id) || o('nameless');

function idsOf({ fields }: DossierState, part: string): readonly string[] {
    const ids = new Set<string>();
    for (const path of fields.keys()) {
        const [head, id = ''] = path.split('/');
        if (head === part && kId.test(id)) ids.add(id);
    }
    return [...ids].sort();
}

function shownState(history: DossierHistory): ShownState {
    const state = history.state();
    const gone = new Map<string, string>();
    for (const id of idsOf(state, 'persons').filter((each) => nameThatStands(state, each) === '')) {
        const names = kNames.map((name) => joined(history.lastSet(`persons/${id}/${name}`)));
        gone.set(id, names.filter((each) => each !== '').join(' '));
    }
    return { ...state, gone };
}

/** The principal applicant first; then by name. */
function persons(state: ShownState): readonly string[] {
    const isSelf = (id: string): boolean =>
        (state.fields.get(`persons/${id}/relation`) ?? []).some(({ value }) => value === 'self');
    return [...idsOf(state, 'persons')].sort((a, b) =>
        Number(isSelf(b)) - Number(isSelf(a)) || personName(state, a).localeCompare(personName(state, b)));
}

const principal = (state: ShownState): string => {
    const [first] = persons(state);
    return first === undefined ? o('nameless') : personName(state, first);
};

const numberOf = ({ fields }: DossierState): string => standingText(fields.get('case/number')) || o('numberless');

interface Kept {
    readonly size: number;
    readonly waiting: number;
    readonly language: string;
    readonly summary: Summary;
}
/** A list of hundreds is drawn at every letter of a search. */
const kept = new WeakMap<DossierHistory, Kept>();

export function summaryOf(dossier: Pseudonym, history: DossierHistory): Summary {
    const now = { size: history.size, waiting: history.waiting().length, language: language.value };
    const known = kept.get(history);
    if (known?.size === now.size && known.waiting === now.waiting && known.language === now.language) return known.summary;
    const summary = summarized(dossier, history);
    kept.set(history, { ...now, summary });
    return summary;
}

function summarized(dossier: Pseudonym, history: DossierHistory): Summary {
    const state = shownState(history);
    const outcome = valueOf(state.fields.get(`${kDecision}outcome`) ?? []);
    return {
        dossier, name: principal(state), number: numberOf(state),
        conflict: [...state.fields.values()].some(inConflict),
        whole: state.unreadable.length === 0 && history.waiting().length === 0,
        outcome: typeof outcome === 'string' ? outcome : '',
    };
}

const fieldLabel = (part: string, field: string): string =>
    named(`field_${part}_${field}`, named(`field_${field}`, field));

const partLabel = (part: string): string => named(`part_${part}`, part);

function kindOf(path: string): Kind {
    const [head = '', ...rest] = path.split('/');
    const field = rest.at(-1);
    return kParts.find(({ name }) => name === head)?.fields.find(([name]) => name === field)?.[1] ?? 'text';
}

class Drawer {
    private readonly shown_ = new Set<string>();

    constructor(private readonly state_: ShownState) {}

    text(path: string, value: Json): string {
        return valueText(kindOf(path), value, (id) => personName(this.state_, id));
    }

    field(path: string, label: string): FieldView | undefined {
        const field = this.state_.fields.get(path);
        if (field === undefined) return undefined;
        this.shown_.add(path);
        const texts = field.flatMap(({ value }) => (value === undefined ? [] : [this.text(path, value)]));
        return { path, label, text: [...new Set(texts)].join(' / '), conflict: inConflict(field) };
    }

    entryHeading(part: string, id: string): string {
        if (part === 'persons') return personName(this.state_, id);
        const at = (field: string): string => {
            const path = `${part}/${id}/${field}`;
            const value = valueOf(this.state_.fields.get(path) ?? []);
            return value === undefined ? '' : this.text(path, value);
        };
        const names = part === 'documents' ? [at('name')]
            : part === 'relatives' ? [at('given_names'), at('family_name')]
            : part === 'confidential' ? [at('person'), at('topic')]
            : [at('person'), at('kind'), at('other')];
        return names.filter((each) => each !== '').join(part === 'relatives' ? ' ' : ' · ') || partLabel(part);
    }

    sections(): readonly SectionView[] {
        const sections = kParts.map(({ name, several, fields }): SectionView => {
            const ids = !several ? [''] : name === 'persons' ? persons(this.state_) : idsOf(this.state_, name);
            return {
                part: name,
                groups: ids.map((id) => {
                    const root = several ? `${name}/${id}` : name;
                    // That the entry is there says its heading already.
                    if (several) this.shown_.add(root);
                    const shown = fields.map(([field]) => this.field(`${root}/${field}`, fieldLabel(name, field)));
                    return {
                        id, heading: several ? this.entryHeading(name, id) : '',
                        fields: shown.filter((each): each is FieldView => each !== undefined),
                    };
                }).filter((group) => group.id !== '' || group.fields.length > 0),
            };
        });
        const others = this.others();
        const other = { part: 'other', groups: others.length === 0 ? [] : [{ id: '', heading: '', fields: others }] };
        return [...sections, other].filter(({ groups }) => groups.length > 0);
    }

    /** What this page has no place for: nothing of a dossier is hidden. */
    private others(): readonly FieldView[] {
        const paths = [...this.state_.fields.keys()].filter((path) => !this.shown_.has(path)
            && !path.startsWith(kDecision) && !path.startsWith('attachments/') && !kNote.test(path));
        return paths.map((path) => this.field(path, path)).filter((each): each is FieldView => each !== undefined);
    }

    conflictLabel(path: string): string {
        const [head = '', id = '', field] = path.split('/');
        const part = kParts.find(({ name }) => name === head);
        if (part === undefined) return path;
        if (!part.several) return `${partLabel(head)}: ${fieldLabel(head, id)}`;
        return `${this.entryHeading(head, id)}: ${field === undefined ? o('conflict_all') : fieldLabel(head, field)}`;
    }

    conflicts(): readonly ConflictView[] {
        const paths = [...this.state_.fields].filter(([path, field]) => inConflict(field) && !path.startsWith(kDecision));
        return paths.map(([path, field]) => ({
            path, label: this.conflictLabel(path),
            choices: field.map(({ by, value }) =>
                ({ by, value, text: value === undefined ? o('conflict_removed') : this.text(path, value) })),
        }));
    }

    decision(): DecisionView {
        const at = (name: string): FieldState => this.state_.fields.get(`${kDecision}${name}`) ?? [];
        const reasons = at('reason');
        const conflict = [at('outcome'), reasons].some((field) => field.length > 0 && inConflict(field));
        const given = at('outcome').map(({ by, value }) => {
            const said = reasons.filter((reason) => reason.by.op === by.op);
            return { by, outcome: String(value ?? ''), reason: standingText(said.length > 0 ? said : reasons) };
        });
        return { conflict, given };
    }

    notes(): readonly NoteView[] {
        const notes = [...this.state_.fields].filter(([path]) => kNote.test(path)).flatMap(([path, field]) =>
            field.flatMap(({ by, value }) => (typeof value === 'string' ? [{ path, by, text: value }] : [])));
        // By their clocks: nothing hangs on this order.
        return notes.sort((a, b) => a.by.at - b.by.at);
    }

    consents(): readonly ConsentView[] {
        return [...this.state_.consents].map(([path, entries]) => ({
            path, inForce: inForce(entries), entries,
            label: path.split('/').filter((part) => part !== 'consents').map((part) => (kId.test(part)
                ? personName(this.state_, part) : named(`item_${part.replaceAll('-', '_')}`, valueText('country', part)))).join(' · '),
        }));
    }

    files(): readonly Attachment[] {
        return [...this.state_.fields].filter(([path]) => path.startsWith('attachments/')).flatMap(([, field]) =>
            field.flatMap(({ value }) => {
                const file = value === undefined ? undefined : attachmentOf(value);
                return file === undefined ? [] : [file];
            }));
    }
}

export const snapshotOf = (dossier: Pseudonym, history: DossierHistory): Snapshot =>
    ({ dossier, heads: history.heads(), state: shownState(history), waiting: history.waiting().length });

export function viewOf({ state, waiting }: Snapshot): DossierView {
    const drawer = new Drawer(state);
    return {
        name: principal(state), number: numberOf(state), unreadable: state.unreadable.length, waiting,
        conflicts: drawer.conflicts(), decision: drawer.decision(), notes: drawer.notes(),
        consents: drawer.consents(), files: drawer.files(), sections: drawer.sections(),
    };
}
