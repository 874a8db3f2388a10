// The observer's page: a button to start, then pictures, names and the state of the connection. Nothing else.

import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { Header } from '../ui/header';
import { LanguagePicker } from '../ui/language_picker';
import { Notice } from '../ui/notice';
import { Stage } from '../ui/stage';
import type { Watching } from './watching';

function Page({ watching }: { watching: Watching }) {
    const [started, setStarted] = useState(false);
    const ending = watching.control.ending.value;
    if (ending?.kind === 'ended') return <Notice heading={t('ended_heading')} text={t('ended_text_observer')} />;
    const start = (): void => {
        setStarted(true);
        watching.start();
    };
    if (ending !== undefined) {
        return (
            <Notice heading={t(`${ending.kind}_heading`)} text={t(`${ending.kind}_text`)}>
                <button type="button" class="primary" onClick={ending.kind === 'unknown' ? () => location.reload() : start}>
                    {t('try_again')}
                </button>
            </Notice>
        );
    }
    if (!started) {
        return (
            <main class="notice">
                <div class="card">
                    <h1>{t('observer_heading')}</h1>
                    <p>{t('observer_intro')}</p>
                    <button type="button" class="primary big" data-action="start" onClick={start}>
                        {t('observer_start')}
                    </button>
                    <LanguagePicker />
                </div>
            </main>
        );
    }
    const { control, down } = watching;
    return (
        <div class="call watching">
            <Header
                title={control.welcome.value?.title || t('observer_title')}
                connection={watching.connection.value}
            />
            <main>
                <Stage
                    slots={watching.slots.value}
                    people={control.people.value}
                    self={control.welcome.value?.self ?? ''}
                    streams={down.streams.value}
                    connected={down.leg.line.value === 'connected'}
                    speaker=""
                />
            </main>
        </div>
    );
}

export function App({ watching }: { watching: Watching }) {
    return (
        <div
            class="root"
            data-connection={watching.control.ending.value?.kind ?? watching.connection.value}
            data-control={watching.control.line.value}
            data-up="none"
            data-down={watching.down.leg.line.value}
        >
            <Page watching={watching} />
        </div>
    );
}
