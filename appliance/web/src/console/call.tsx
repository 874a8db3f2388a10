// The running interview: pictures first, then who is there, our own picture, and the few buttons.

import { useEffect, useRef, useState } from 'preact/hooks';
import { speaker } from '../capture/devices';
import { t } from '../i18n';
import { Header } from '../ui/header';
import { DevicesIcon, LeaveIcon } from '../ui/icons';
import { Roster } from '../ui/roster';
import { Stage } from '../ui/stage';
import { CaptureButton } from './capture_button';
import { CaptureTrouble, DeviceFields } from './device_fields';
import type { Interview } from './interview';
import { SelfView } from './self_view';
import { WishButtons, WishTrouble } from './wishes';

function DeviceDialog({ interview, close }: { interview: Interview; close: () => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => dialog.current?.showModal(), []);
    return (
        <dialog ref={dialog} aria-labelledby="devices-heading" onClose={close}>
            <h2 id="devices-heading">{t('devices')}</h2>
            <DeviceFields interview={interview} />
            <button type="button" class="primary" onClick={() => dialog.current?.close()}>{t('devices_close')}</button>
        </dialog>
    );
}

export function Call({ interview }: { interview: Interview }) {
    const [choosing, setChoosing] = useState(false);
    const { control, down, microphone, camera } = interview;
    const self = control.welcome.value?.self ?? '';
    return (
        <div class="call">
            <Header
                title={control.title.value || t('console_title')}
                connection={interview.connection.value}
                standing={control.standing.value}
            />
            <main>
                <Stage
                    slots={interview.slots.value}
                    people={control.people.value}
                    self={self}
                    standing={control.standing.value}
                    watcher="interviewer"
                    streams={down.streams.value}
                    connected={down.leg.line.value === 'connected'}
                    speaker={speaker.value}
                />
                <aside tabIndex={0} aria-label={t('roster')}>
                    <SelfView camera={camera} />
                    <Roster people={control.people.value} self={self} />
                </aside>
            </main>
            <footer class="controls">
                <WishTrouble control={control} />
                {!choosing && <CaptureTrouble capture={microphone} />}
                {!choosing && <CaptureTrouble capture={camera} />}
                <div class="control-row">
                    <CaptureButton capture={microphone} />
                    <CaptureButton capture={camera} />
                    <button type="button" class="control" aria-haspopup="dialog" onClick={() => setChoosing(true)}>
                        <DevicesIcon />
                        <span class="control-text">{t('devices')}</span>
                    </button>
                    <WishButtons control={control} />
                    <button type="button" class="control leave" data-action="leave" onClick={() => interview.leave()}>
                        <LeaveIcon />
                        <span class="control-text">{t('leave')}</span>
                    </button>
                </div>
            </footer>
            {choosing && <DeviceDialog interview={interview} close={() => setChoosing(false)} />}
        </div>
    );
}
