// One slot of the way down: sound and picture of one person, name and role under it. Each has an element of its own,
// because Chromium plays nothing of a stream before its first picture: whoever has the camera off would not be heard.
// What keeps lips and voice together is in the connection, not in the element. A tile stays in the page while its slot
// is empty, because an element that is moved in the page stops playing; but it is given nothing to play then, so that
// neither a last picture nor a last word of somebody whom one may not see now is left in it.

import type { RefObject } from 'preact';
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
    /** Beside the applicant; -1: none. */
    readonly seat: number;
    readonly stream: MediaStream | undefined;
    /** The way down works. */
    readonly connected: boolean;
    /** We have keys at all; and what comes can be opened. */
    readonly hasKeys: boolean;
    readonly isProtected: boolean;
    readonly speaker: string;
}

/** What stands on the picture. Pure. */
export function coverOf(
    person: Person, motion: Motion, connected: boolean, isProtected = true, hasKeys = true,
): 'lost' | 'keyless' | 'unprotected' | 'camera_off' | 'starting' | 'stalled' | undefined {
    if (!connected) return 'lost';
    if (!hasKeys) return 'keyless';
    if (!isProtected) return 'unprotected';
    if (person.video !== 'on') return 'camera_off';
    if (motion === 'none') return 'starting';
    return motion === 'stalled' ? 'stalled' : undefined;
}

/** The tracks of a kind play in the element for as long as they are those of this person. */
function usePlayed(
    player: RefObject<HTMLMediaElement | null>, stream: MediaStream | undefined, kind: 'audio' | 'video', person: string | undefined,
): void {
    useEffect(() => (player.current === null ? undefined : addPlayer(player.current)), []);
    useLayoutEffect(() => {
        const element = player.current;
        if (element === null || stream === undefined) return undefined;
        element.srcObject = new MediaStream(stream.getTracks().filter((track) => track.kind === kind));
        void play(element);
        return () => {
            element.srcObject = null;
        };
    }, [stream, kind, person]);
}

export function Tile({ slot, person, featured, seat, stream, connected, hasKeys, isProtected, speaker }: Props) {
    const video = useRef<HTMLVideoElement>(null);
    const audio = useRef<HTMLAudioElement>(null);
    const shown = person?.id;
    const motion = useMotion(video, stream, shown);
    const wanted = shown === undefined ? undefined : stream;

    // With the drawing, not after it: the tile of an empty slot is never drawn with a picture in it.
    usePlayed(video, wanted, 'video', shown);
    usePlayed(audio, wanted, 'audio', shown);
    useEffect(() => {
        const element = audio.current;
        // A speaker that is gone makes the browser fall back to the system's; refreshDevices follows it.
        if (element !== null && 'setSinkId' in element) void element.setSinkId(speaker).catch(() => undefined);
    }, [speaker, stream]);

    const name = person === undefined ? '' : person.name || t('tile_unnamed');
    const cover = person === undefined ? undefined : coverOf(person, motion, connected, isProtected, hasKeys);
    return (
        <figure
            class={`tile${featured ? ' featured' : ''}`}
            hidden={person === undefined}
            data-participant={person?.id}
            data-role={person?.role}
            data-seat={person === undefined || featured || seat < 0 ? undefined : seat}
            data-cover={cover}
            data-protected={person !== undefined && hasKeys && !isProtected ? 'no' : undefined}
        >
            <div class="picture">
                <video ref={video} data-slot={slot} muted playsInline aria-label={name} />
                <audio ref={audio} />
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
