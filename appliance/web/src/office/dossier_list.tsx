// The list of dossiers: what wants a person comes first.

import type { ReadonlySignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { summaryOf, type Summary } from './dossier_view';
import type { Office } from './office';
import { o, type OfficeKey } from './texts';

type Mark = 'conflict' | 'partial' | 'new' | 'changed' | 'decided';
const kOrder: readonly Mark[] = ['conflict', 'new', 'changed', 'partial', 'decided'];

interface Item extends Summary {
    readonly marks: readonly Mark[];
}

function items(office: Office): readonly Item[] {
    const all = [...office.replica?.dossiers ?? []].map(([dossier, history]): Item => {
        const summary = summaryOf(dossier, history);
        const has: Record<Mark, boolean> = {
            conflict: summary.conflict, partial: !summary.whole, new: office.isNew(dossier),
            changed: office.hasChanged(dossier), decided: summary.outcome !== '',
        };
        return { ...summary, marks: kOrder.filter((mark) => has[mark]) };
    });
    const rank = ({ marks }: Item): number => {
        const [first] = marks;
        return first === undefined ? kOrder.indexOf('decided') - 0.5 : kOrder.indexOf(first);
    };
    return all.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.number.localeCompare(b.number));
}

const fold = (text: string): string => text.toLocaleLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
const fits = ({ name, number }: Item, wanted: string): boolean => fold(`${name} ${number}`).includes(fold(wanted.trim()));

const kSearchFrom = 8;

interface Props {
    readonly office: Office;
    readonly opened: ReadonlySignal<string | undefined>;
    readonly open: (dossier: string) => void;
}

export function DossierList({ office, opened, open }: Props) {
    const [wanted, setWanted] = useState('');
    void office.version.value; // Drawn again when something came.
    const all = items(office);
    const shown = all.filter((item) => fits(item, wanted));
    return (
        <nav class="dossiers" aria-label={o('list')}>
            {all.length >= kSearchFrom && (
                <div class="field">
                    <label for="dossier-search">{o('list_search')}</label>
                    <input id="dossier-search" type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
                    <p class="hint" role="status">{o('list_count', { shown: String(shown.length), count: String(all.length) })}</p>
                </div>
            )}
            {all.length === 0 && <p class="hint">{o('list_empty')}</p>}
            {all.length > 0 && shown.length === 0 && <p class="hint">{o('list_none')}</p>}
            <ul>
                {shown.map(({ dossier, name, number, marks, outcome }) => (
                    <li key={dossier}>
                        <button
                            type="button" class="dossier-item" data-dossier={dossier}
                            aria-current={opened.value === dossier ? 'true' : undefined} onClick={() => open(dossier)}
                        >
                            <span class="name" dir="auto">{name}</span>
                            <span class="number">{number}</span>
                            {marks.length > 0 && (
                                <span class="marks">
                                    {marks.map((mark) => (
                                        <span key={mark} class="mark" data-mark={mark}>
                                            {mark === 'decided' ? outcomeText(outcome) : o(`state_${mark}`)}
                                        </span>
                                    ))}
                                </span>
                            )}
                        </button>
                    </li>
                ))}
            </ul>
        </nav>
    );
}

/** An outcome that this page does not know is a decision all the same. */
export function outcomeText(outcome: string): string {
    const keys: Readonly<Record<string, OfficeKey>> =
        { accepted: 'decision_accepted', refused: 'decision_refused', interview: 'decision_interview' };
    const key = keys[outcome];
    return key === undefined ? `${o('state_decided')}: ${outcome}` : o(key);
}
