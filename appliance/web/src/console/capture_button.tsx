// The microphone and camera buttons. What they show is read from the track; while a device starts they say so and wait.

import type { Capture } from '../capture/capture';
import { t } from '../i18n';
import { CameraIcon, MicrophoneIcon } from '../ui/icons';

export function CaptureButton({ capture }: { capture: Capture }) {
    const state = capture.state.value;
    const on = state === 'on' || state === 'silenced';
    const audio = capture.kind === 'audio';
    return (
        <button
            type="button"
            class="control"
            data-capture={audio ? 'microphone' : 'camera'}
            data-state={state}
            aria-pressed={on}
            aria-disabled={state === 'starting'}
            onClick={() => void capture.toggle()}
        >
            {audio ? <MicrophoneIcon off={!on} /> : <CameraIcon off={!on} />}
            <span class="control-text">
                <span>{audio ? t('microphone') : t('camera')}</span>
                {/* aria-pressed says on and off already; the other states need their word. */}
                <span class="control-state" aria-hidden={state === 'on' || state === 'off'}>{t(`state_${state}`)}</span>
            </span>
        </button>
    );
}
