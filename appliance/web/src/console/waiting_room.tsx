// The waiting room: who will let us in, and that nobody sees or hears us. Devices can be checked meanwhile; letting in
// connects us without a click.

import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { Header } from '../ui/header';
import { LeaveIcon } from '../ui/icons';
import { KeysBand } from '../ui/keys_band';
import { PagesOrigin } from '../ui/pages_origin';
import { CaptureButton } from './capture_button';
import { DeviceFields } from './device_fields';
import type { Interview } from './interview';
import { SelfView } from './self_view';

export function WaitingRoom({ interview }: { interview: Interview }) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        // The page before may have been scrolled down to its button.
        scrollTo(0, 0);
        heading.current?.focus({ preventScroll: true });
    }, []);
    const welcome = interview.control.welcome.value;
    return (
        <div class="lobby">
            <div class="head">
                <Header title={t('lobby_title')} connection={interview.connection.value} />
                <KeysBand endToEnd={interview.endToEnd} />
            </div>
            <main class="check">
                <div class="lobby-word">
                    <h2 ref={heading} tabIndex={-1}>{t('lobby_heading')}</h2>
                    <p>{interview.sentBack.value ? t('lobby_back') : t('lobby_text')}</p>
                    {welcome !== undefined && (
                        <p class="hint">{t('lobby_you', { name: welcome.name, role: t(`role_${welcome.role}`) })}</p>
                    )}
                </div>
                <div class="check-self">
                    <SelfView camera={interview.camera} />
                    <div class="check-buttons">
                        <CaptureButton capture={interview.microphone} />
                        <CaptureButton capture={interview.camera} />
                    </div>
                    <p class="hint">{t('lobby_devices')}</p>
                    <PagesOrigin hub={interview.hub} endToEnd={interview.endToEnd} />
                </div>
                <div class="check-devices">
                    <DeviceFields interview={interview} />
                </div>
                <button type="button" class="control leave" data-action="leave" onClick={() => interview.leave()}>
                    <LeaveIcon />
                    <span class="control-text">{t('leave')}</span>
                </button>
            </main>
        </div>
    );
}
