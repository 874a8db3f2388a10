// The top of a running interview: what it is, its clock, and how the connection is, in words.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import type { Connection } from '../rtc/connection_words';
import { LanguagePicker } from './language_picker';

export type Mood = 'well' | 'busy' | 'trouble';

export function moodOf(connection: Connection): Mood {
    if (connection === 'connected' || connection === 'back') return 'well';
    return connection === 'joining' || connection === 'idle' ? 'busy' : 'trouble';
}

interface Props {
    readonly title: string;
    readonly connection: Connection;
    /** Its clock. None in the waiting room, where one is told nothing of the interview. */
    readonly children?: ComponentChildren;
}

export function Header({ title, connection, children }: Props) {
    useEffect(() => {
        document.title = `${title} – ${t('product')}`;
    }, [title]);
    return (
        <header class="top" data-mood={moodOf(connection)}>
            <h1>{title}</h1>
            {children}
            <p class="connection" role="status" aria-live="polite">
                <span class="dot" aria-hidden="true" />
                <span>{t(`connection_${connection}`)}</span>
            </p>
            <LanguagePicker />
        </header>
    );
}
