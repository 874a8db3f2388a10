// One slot of the way down: sound and picture of one person in one element, name and role under it. A tile stays in the
// page while its slot is empty, because an element that is moved in the page stops playing; but it is given nothing to
// play then, so that neither a last picture nor a last word of somebody whom one may not see now is left in it.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import type { Person } from '../signalling/messages';
import { useMotion, type Motion } from './frame_watch';
import { MicrophoneIcon } from './icons';
import { addPlayer, play } from './playback';

interface Props {
    readonly slot: number;
    readonly person: Person | undefined;
    readonly featured: boolean;
    readonly stream: MediaStream | undefined;
    /** The way down works. */
    readonly connected: boolean;
    readonly speaker: string;
}

/** What stands on the picture. Pure. */
export function coverOf(
    person: Person, motion: Motion, connected: boolean,
): 'lost' | 'camera_off' | 'starting' | 'stalled' | undefined {
    if (!connected) return 'lost';
    if (person.video !== 'on') return 'camera_off';
    if (motion === 'none') return 'starting';
    return motion === 'stalled' ? 'stalled' : undefined;
}

export function Tile({ slot, person, featured, stream, connected, speaker }: Props) {
    const video = useRef<HTMLVideoElement>(null);
    const shown = person?.id;
    const motion = useMotion(video, stream, shown);

    useEffect(() => (video.current === null ? undefined : addPlayer(video.current)), []);
    // With the drawing, not after it: the tile of an empty slot is never drawn with a picture in it.
    useLayoutEffect(() => {
        const element = video.current;
        if (element === null || stream === undefined || shown === undefined) return undefined;
        element.srcObject = stream;
        void play(element);
        return () => {
            element.srcObject = null;
        };
    }, [stream, shown]);
    useEffect(() => {
        const element = video.current;
        // A speaker that is gone makes the browser fall back to the system's; refreshDevices follows it.
        if (element !== null && 'setSinkId' in element) void element.setSinkId(speaker).catch(() => undefined);
    }, [speaker, stream]);

    const name = person === undefined ? '' : person.name || t('tile_unnamed');
    const cover = person === undefined ? undefined : coverOf(person, motion, connected);
    return (
        <figure
            class={`tile${featured ? ' featured' : ''}`}
            hidden={person === undefined}
            data-participant={person?.id}
            data-role={person?.role}
            data-cover={cover}
        >
            <div class="picture">
                <video ref={video} data-slot={slot} playsInline aria-label={name} />
                {cover !== undefined && <p class="cover">{t(`tile_${cover}`)}</p>}
            </div>
            {person !== undefined && (
                <figcaption>
                    <span class="name" dir="auto">{name}</span>
                    <span class="role">{t(`role_${person.role}`)}</span>
                    {person.audio !== 'on' && (
                        <span class="muted-mark">
                            <MicrophoneIcon off />
                            {t('tile_mic_off')}
                        </span>
                    )}
                </figcaption>
            )}
        </figure>
    );
}
