// The top of a running interview: what it is and where it stands, and how the connection is, in words.

import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import type { Connection } from '../rtc/connection_words';
import type { Standing } from '../signalling/messages';
import { LanguagePicker } from './language_picker';
import { standingKey, type Watcher } from './standing_view';

export type Mood = 'well' | 'busy' | 'trouble';

export function moodOf(connection: Connection): Mood {
    if (connection === 'connected' || connection === 'back') return 'well';
    return connection === 'joining' || connection === 'idle' ? 'busy' : 'trouble';
}

interface Props {
    readonly title: string;
    readonly connection: Connection;
    /** None in the waiting room, where one is told nothing of the interview. */
    readonly standing?: Standing;
    readonly watcher?: Watcher;
}

export function Header({ title, connection, standing, watcher = 'interviewer' }: Props) {
    useEffect(() => {
        document.title = `${title} – ${t('product')}`;
    }, [title]);
    return (
        <header class="top" data-mood={moodOf(connection)}>
            <h1>{title}</h1>
            <p class="connection" role="status" aria-live="polite">
                <span class="dot" aria-hidden="true" />
                <span>{t(`connection_${connection}`)}</span>
            </p>
            <LanguagePicker />
            {standing !== undefined && (
                <p class="standing" role="status" aria-live="polite" data-state={standing.state}>
                    {t(standingKey(standing, watcher))}
                    {standing.state === 'paused' && watcher === 'interviewer' && ` ${t('pause_devices')}`}
                </p>
            )}
        </header>
    );
}
