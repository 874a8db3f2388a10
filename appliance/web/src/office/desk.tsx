// The desk of somebody of the delegation: how the line stands, the list, and the dossier that is open.

import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { LanguagePicker } from '../ui/language_picker';
import { Dossier } from './dossier';
import { DossierList } from './dossier_list';
import type { Line, LineState } from './line';
import type { Office } from './office';
import { o, type OfficeKey } from './texts';
import { timeText } from './wording';

const kMood: Readonly<Record<LineState, 'well' | 'busy' | 'trouble'>> = {
    beginning: 'busy', syncing: 'busy', well: 'well', offline: 'busy', unreachable: 'busy', refused: 'trouble', stopped: 'trouble',
};

function Top({ line }: { line: Line }) {
    const state = line.state.value;
    useEffect(() => {
        document.title = `${o('title')} – ${t('product')}`;
    });
    return (
        <header class="top" data-mood={kMood[state]}>
            <h1>{o('title')}</h1>
            <p class="connection" role="status" aria-live="polite">
                <span class="dot" aria-hidden="true" />
                <span>{o(`line_${state}`)}</span>
            </p>
            <LanguagePicker />
        </header>
    );
}

function Progress({ office, line }: { office: Office; line: Line }) {
    void office.version.value;
    const { waiting, lastSuccess } = office;
    const sent = waiting === 0 ? o('line_sent') : waiting === 1 ? o('line_waiting_one') : o('line_waiting', { count: String(waiting) });
    return (
        <section class="progress" aria-label={o('progress')} data-waiting={waiting}>
            <p>{lastSuccess === undefined ? o('line_never') : o('line_last', { time: timeText(lastSuccess) })}</p>
            <p>{sent}</p>
            <button type="button" onClick={() => line.now()}>{o('line_now')}</button>
        </section>
    );
}

interface BandProps {
    readonly name: string;
    readonly mood: 'ask' | 'warn' | 'alarm';
    readonly heading: OfficeKey;
    readonly text: OfficeKey;
}

const Band = ({ name, mood, heading, text }: BandProps) => (
    <section class={`band ${mood}`} role={mood === 'ask' ? 'status' : 'alert'} data-band={name}>
        <div class="band-text">
            <h2>{o(heading)}</h2>
            <p>{o(text)}</p>
        </div>
    </section>
);

function Bands({ office, line }: { office: Office; line: Line }) {
    void office.version.value;
    const state = line.state.value;
    const closed = office.replica?.forks.filter(({ chain }) => chain.site !== office.self?.site) ?? [];
    const removed = office.membership === 'removed';
    const stopped = office.replica?.stopped !== undefined;
    return (
        <>
            {stopped && <Band name="stopped" mood="alarm" heading="stopped_heading" text="stopped_text" />}
            {removed && <Band name="removed" mood="warn" heading="removed_heading" text="removed_text" />}
            {!stopped && !removed && state === 'offline' && <Band name="offline" mood="ask" heading="offline_heading" text="offline_text" />}
            {!stopped && !removed && state === 'unreachable'
                && <Band name="unreachable" mood="ask" heading="unreachable_heading" text="unreachable_text" />}
            {!stopped && !removed && state === 'refused' && <Band name="refused" mood="warn" heading="disagree_heading" text="disagree_text" />}
            {office.refused.value > 0 && <Band name="damaged" mood="warn" heading="refused_heading" text="refused_text" />}
            {closed.map(({ chain }) => (
                <p key={chain.site} class="band warn" role="alert">{o('closed_text', { name: office.nameOf(chain.site) })}</p>
            ))}
        </>
    );
}

/** Which dossier is open, in the browser's history: the Back button of a telephone leads to the list. */
function useOpened(): { readonly opened: ReadonlySignal<string | undefined>; readonly open: (dossier: string) => void } {
    const opened = useSignal<string | undefined>((history.state as { dossier?: string } | null)?.dossier);
    useEffect(() => {
        const moved = (event: PopStateEvent): void => {
            opened.value = (event.state as { dossier?: string } | null)?.dossier;
        };
        addEventListener('popstate', moved);
        return () => removeEventListener('popstate', moved);
    }, []);
    const open = (dossier: string): void => {
        // From one dossier to another: Back leads to the list all the same.
        if (opened.peek() === undefined) history.pushState({ dossier }, '');
        else history.replaceState({ dossier }, '');
        opened.value = dossier;
    };
    return { opened, open };
}

export function Desk({ office, line }: { office: Office; line: Line }) {
    const { opened, open } = useOpened();
    const dossier = opened.value;
    const known = dossier !== undefined && office.replica?.dossiers.has(dossier) === true;
    return (
        <div class="desk" data-opened={known}>
            <div class="head">
                <Top line={line} />
                <Bands office={office} line={line} />
                <Progress office={office} line={line} />
            </div>
            <main>
                <DossierList office={office} opened={opened} open={open} />
                {known
                    ? <Dossier key={dossier} office={office} dossier={dossier} back={() => history.back()} wrote={() => line.now()} />
                    : <p class="hint choose">{o('dossier_choose')}</p>}
            </main>
        </div>
    );
}
