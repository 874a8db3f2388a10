// Choosing microphone, camera and speaker, and trying them: in the check before joining and during the interview.

import { useEffect, useId, useState } from 'preact/hooks';
import type { Capture } from '../capture/capture';
import { canChooseSpeaker, devices, speaker } from '../capture/devices';
import { meter } from '../capture/level_meter';
import { playTestTone } from '../capture/test_tone';
import { t } from '../i18n';
import { SoundIcon } from '../ui/icons';
import type { Interview } from './interview';

interface PickerProps {
    readonly label: string;
    readonly kind: MediaDeviceKind;
    readonly value: string;
    readonly none: string;
    readonly choose: (device: string) => void;
}

function Picker({ label, kind, value, none, choose }: PickerProps) {
    const id = useId();
    // Before the person has allowed a device, browsers list it without an id: nothing to choose yet.
    const found = devices.value.filter((device) => device.kind === kind && device.deviceId !== '');
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <select
                id={id}
                value={value}
                data-picker={kind}
                disabled={found.length === 0}
                onChange={(event) => choose(event.currentTarget.value)}
            >
                {found.every((device) => device.deviceId !== value) && <option value={value}>{none}</option>}
                {found.map((device, index) => (
                    <option key={device.deviceId} value={device.deviceId}>
                        {device.label || t('check_unnamed', { kind: label, number: String(index + 1) })}
                    </option>
                ))}
            </select>
        </div>
    );
}

export function CapturePicker({ label, capture }: { label: string; capture: Capture }) {
    return (
        <Picker
            label={label}
            kind={capture.kind === 'audio' ? 'audioinput' : 'videoinput'}
            value={capture.device.value}
            none={t('check_no_devices')}
            choose={(device) => void capture.choose(device)}
        />
    );
}

export function CaptureTrouble({ capture }: { capture: Capture }) {
    const trouble = capture.trouble.value;
    const silenced = capture.kind === 'audio' && capture.state.value === 'silenced';
    if (trouble === undefined && !silenced) return null;
    return (
        <div class="trouble" role="alert">
            <p>{trouble === undefined ? t('state_silenced_hint') : t(`trouble_${trouble}_${capture.kind}`)}</p>
            {trouble !== undefined && (
                <button type="button" onClick={() => void capture.open()}>{t('try_again')}</button>
            )}
        </div>
    );
}

export function LevelMeter({ track }: { track: MediaStreamTrack | undefined }) {
    const [level, setLevel] = useState(0);
    useEffect(() => {
        setLevel(0);
        return track === undefined ? undefined : meter(track, setLevel);
    }, [track]);
    return (
        <div class="level">
            <div
                class="level-bar" role="meter" aria-label={t('check_level')}
                aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(level * 10) * 10}
            >
                <div class="level-fill" style={{ transform: `scaleX(${level.toFixed(2)})` }} />
            </div>
            <p class="hint">{t('check_speak')}</p>
        </div>
    );
}

function SpeakerTest() {
    const [state, setState] = useState<'ready' | 'playing' | 'failed'>('ready');
    const start = (): void => {
        if (state === 'playing') return;
        setState('playing');
        playTestTone(speaker.value).then(() => setState('ready'), () => setState('failed'));
    };
    return (
        <>
            <button type="button" onClick={start} aria-disabled={state === 'playing'} data-action="tone">
                <SoundIcon />
                {state === 'playing' ? t('check_tone_playing') : t('check_tone')}
            </button>
            {state === 'failed' && <p class="trouble" role="alert">{t('check_tone_failed')}</p>}
        </>
    );
}

export function DeviceFields({ interview }: { interview: Interview }) {
    const { microphone, camera } = interview;
    return (
        <div class="fields">
            <CapturePicker label={t('check_camera')} capture={camera} />
            <CaptureTrouble capture={camera} />
            <CapturePicker label={t('check_microphone')} capture={microphone} />
            <LevelMeter track={microphone.track.value} />
            <CaptureTrouble capture={microphone} />
            {canChooseSpeaker && (
                <Picker
                    label={t('check_speaker')}
                    kind="audiooutput"
                    value={speaker.value}
                    none={t('check_system_speaker')}
                    choose={(device) => (speaker.value = device)}
                />
            )}
            <SpeakerTest />
        </div>
    );
}
