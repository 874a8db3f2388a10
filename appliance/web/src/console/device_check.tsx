// Before joining: see yourself, hear yourself, choose devices; then one button.

import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { LanguagePicker } from '../ui/language_picker';
import { PagesOrigin } from '../ui/pages_origin';
import { Undertaking } from '../ui/undertaking';
import { CaptureButton } from './capture_button';
import { DeviceFields } from './device_fields';
import { SpeechFields } from './interpreting';
import type { Interview } from './interview';
import { SelfView } from './self_view';

export function DeviceCheck({ interview }: { interview: Interview }) {
    const title = useRef<HTMLHeadingElement>(null);
    useEffect(() => title.current?.focus(), []);
    useEffect(() => {
        document.title = `${t('check_heading')} – ${t('product')}`;
    });
    const interprets = interview.role === 'interpreter';
    const join = (): void => {
        if (interprets) interview.endToEnd.duties.undertake();
        interview.join();
    };
    const origin = <PagesOrigin hub={interview.hub} endToEnd={interview.endToEnd} />;
    const button = (
        <button type="button" class="primary big" data-action="join" onClick={join}>
            {interprets ? t('join_undertaking') : t('join')}
        </button>
    );
    return (
        <main class="check">
            <header>
                <div>
                    <h1 ref={title} tabIndex={-1}>{t('check_heading')}</h1>
                    <p>{t('check_intro')}</p>
                </div>
                <LanguagePicker />
            </header>
            <div class="check-self">
                <SelfView camera={interview.camera} />
                <div class="check-buttons">
                    <CaptureButton capture={interview.microphone} />
                    <CaptureButton capture={interview.camera} />
                </div>
                {!interprets && origin}
            </div>
            {interprets && (
                <div class="check-duties">
                    <SpeechFields duties={interview.endToEnd.duties} />
                    <Undertaking role="interpreter" />
                    {button}
                </div>
            )}
            <div class="check-devices">
                {interview.asking.value && <p class="hint" role="status">{t('join_waiting')}</p>}
                <DeviceFields interview={interview} />
            </div>
            {interprets ? origin : button}
        </main>
    );
}
