// Our own picture, mirrored as people know themselves.

import { useEffect, useRef } from 'preact/hooks';
import type { Capture } from '../capture/capture';
import { t } from '../i18n';

export function SelfView({ camera }: { camera: Capture }) {
    const video = useRef<HTMLVideoElement>(null);
    const track = camera.track.value;
    useEffect(() => {
        if (video.current !== null) video.current.srcObject = track === undefined ? null : new MediaStream([track]);
    }, [track]);
    const state = camera.state.value;
    const cover =
        state === 'on' ? undefined
        : state === 'off' ? t('self_off')
        : state === 'starting' ? t('state_starting')
        : t('self_none');
    return (
        <figure class="self-view">
            <div class="picture">
                <video ref={video} muted autoplay playsInline aria-label={t('self_view')} />
                {cover !== undefined && <p class="cover">{cover}</p>}
            </div>
            <figcaption><span class="name">{t('self_view')}</span></figcaption>
        </figure>
    );
}
