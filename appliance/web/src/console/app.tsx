// The console: which page of it is shown.

import { t } from '../i18n';
import { Ended } from '../ui/ended';
import { Notice } from '../ui/notice';
import { Call } from './call';
import { DeviceCheck } from './device_check';
import type { Interview } from './interview';
import { WaitingRoom } from './waiting_room';

function Page({ interview }: { interview: Interview }) {
    const ending = interview.control.ending.value;
    // Who is not signed in any more begins at the door.
    const back = (): void => (ending?.kind === 'unknown' ? location.reload() : interview.backToCheck());
    const again = (label: string) => (
        <button type="button" class="primary" data-action="again" onClick={back}>{label}</button>
    );
    if (ending?.kind === 'ended') return <Ended reason={ending.reason} text={t('ended_text')} />;
    if (ending !== undefined)
        return <Notice heading={t(`${ending.kind}_heading`)} text={t(`${ending.kind}_text`)}>{again(t('try_again'))}</Notice>;
    switch (interview.step.value) {
        case 'check':
            return <DeviceCheck interview={interview} />;
        case 'in':
            return interview.control.place.value === 'admitted'
                ? <Call interview={interview} /> : <WaitingRoom interview={interview} />;
        case 'left':
            return <Notice heading={t('left_heading')} text={t('left_text')}>{again(t('rejoin'))}</Notice>;
        case 'watch-only':
            return (
                <Notice heading={t('watch_only_heading')} text={t('watch_only_text')}>
                    <a class="button primary" href="../observer/">{t('watch_only_link')}</a>
                </Notice>
            );
    }
}

export function App({ interview }: { interview: Interview }) {
    const { control, up, down, step } = interview;
    return (
        <div
            class="root"
            data-step={step.value}
            data-connection={control.ending.value?.kind ?? interview.connection.value}
            data-place={control.place.value}
            data-state={control.standing.value.state}
            data-control={control.line.value}
            data-up={up.leg.line.value}
            data-down={down.leg.line.value}
        >
            <Page interview={interview} />
        </div>
    );
}
