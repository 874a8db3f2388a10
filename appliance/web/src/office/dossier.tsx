// One dossier as it was when it was opened: what comes meanwhile is announced and shown when the person asks for it, so that
// whatever they answer, they have seen what they answer to.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Saying } from '../sync/dossier_state';
import type { Change } from '../sync/op_content';
import { Decision } from './decision';
import { Conflicts, Consents, Files, Notes, Sections } from './dossier_parts';
import { snapshotOf, viewOf, type DossierView, type Snapshot } from './dossier_view';
import type { Office } from './office';
import { o } from './texts';
import { decisionChanges, noteChanges, settlingChanges } from './writing';

function Partial({ unreadable, waiting }: DossierView) {
    if (unreadable === 0 && waiting === 0) return null;
    const count = (key: 'partial_unreadable' | 'partial_waiting', of: number): string =>
        (of === 1 ? o(`${key}_one`) : o(key, { count: String(of) }));
    return (
        <section class="trouble" role="note" data-partial>
            <h2>{o('partial_heading')}</h2>
            {unreadable > 0 && <p>{count('partial_unreadable', unreadable)}</p>}
            {waiting > 0 && <p>{count('partial_waiting', waiting)}</p>}
        </section>
    );
}

type Written = { readonly kept: true } | { readonly kept: false; readonly reason: string };

interface Props {
    readonly office: Office;
    readonly dossier: string;
    readonly back: () => void;
    /** Something waits to be sent. */
    readonly wrote: () => void;
}

export function Dossier({ office, dossier, back, wrote }: Props) {
    const heading = useRef<HTMLHeadingElement>(null);
    const take = (): Snapshot | undefined => {
        const history = office.replica?.dossiers.get(dossier);
        return history === undefined ? undefined : snapshotOf(dossier, history);
    };
    const [snapshot, setSnapshot] = useState(take);
    const [written, setWritten] = useState<Written | undefined>();
    void office.version.value;
    useEffect(() => {
        scrollTo(0, 0);
        heading.current?.focus({ preventScroll: true });
    }, []);
    useEffect(() => {
        if (snapshot !== undefined) office.markSeen(dossier, snapshot.heads);
    }, [snapshot]);
    if (snapshot === undefined) return null;

    const view = viewOf(snapshot);
    const nameOf = ({ chain, author }: Saying): string => [office.nameOf(chain.site), author].filter(Boolean).join(' · ');
    const newer = office.hasChanged(dossier);
    const write = async (changes: readonly Change[]): Promise<boolean> => {
        try {
            await office.write(dossier, changes, snapshot.heads);
        } catch (error) {
            setWritten({ kept: false, reason: error instanceof Error ? error.message : '' });
            return false;
        }
        setWritten({ kept: true });
        setSnapshot(take());
        wrote();
        return true;
    };
    const may = office.membership === 'inside' && office.replica?.stopped === undefined;
    const stands = (path: string): boolean => snapshot.state.fields.has(path);
    return (
        <article class="dossier" data-open={dossier}>
            <header>
                <button type="button" class="back" onClick={back}>{o('dossier_back')}</button>
                <h1 ref={heading} tabIndex={-1} dir="auto">{view.name}</h1>
                <p class="number">{view.number}</p>
            </header>
            {newer && (
                <div class="band" role="status">
                    <p class="band-text">{o('dossier_newer')}</p>
                    <div class="band-row">
                        <button type="button" data-action="newer" onClick={() => setSnapshot(take())}>{o('dossier_show_newer')}</button>
                    </div>
                </div>
            )}
            <Partial {...view} />
            {written?.kept === false && <p class="trouble" role="alert">{o('written_failed', { reason: written.reason })}</p>}
            {written?.kept === true && office.waiting > 0 && <p class="kept" role="status">{o('written_kept')}</p>}
            <Conflicts
                conflicts={view.conflicts} nameOf={nameOf}
                settle={may ? (path, choice) => void write(settlingChanges(path, choice, stands)) : undefined}
            />
            <Decision
                decision={view.decision} nameOf={nameOf} self={office.self?.name ?? ''} subject={`${view.name}, ${view.number}`}
                decide={may ? (outcome, reason) => write(decisionChanges(outcome, reason, office.self?.name ?? '')) : undefined}
            />
            <Notes notes={view.notes} nameOf={nameOf} add={may ? (text) => write(noteChanges(text)) : undefined} />
            <Sections sections={view.sections} />
            <Files files={view.files} fetchFile={(file) => office.attachment(file)} />
            <Consents consents={view.consents} nameOf={nameOf} />
        </article>
    );
}
