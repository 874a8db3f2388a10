// Whether a picture really moves: a frozen picture must not pass for a live one.

import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

export type Motion = 'none' | 'moving' | 'stalled';

const kStalledMs = 3_000;

/** What of a person's picture was seen in a stream; of another one nothing is known yet. */
interface Seen {
    readonly stream: MediaStream;
    readonly person: string;
    readonly motion: Motion;
}

/** A new `stream`, or the same one showing another person, starts from `none` with its first drawing. */
export function useMotion(
    video: RefObject<HTMLVideoElement | null>, stream: MediaStream | undefined, person: string | undefined,
): Motion {
    const [seen, setSeen] = useState<Seen | undefined>();
    useEffect(() => {
        const element = video.current;
        if (element === null || stream === undefined || person === undefined) return undefined;
        if (!('requestVideoFrameCallback' in element)) return undefined;
        const setMotion = (motion: Motion): void => setSeen((before) =>
            before?.stream === stream && before.person === person && before.motion === motion
                ? before : { stream, person, motion });
        let last: number | undefined;
        let handle = 0;
        const onFrame = (): void => {
            last = performance.now();
            setMotion('moving');
            handle = element.requestVideoFrameCallback(onFrame);
        };
        handle = element.requestVideoFrameCallback(onFrame);
        const timer = setInterval(() => {
            // A page in the background is given no frames to draw; that says nothing about the sender.
            if (last !== undefined && !document.hidden && performance.now() - last > kStalledMs) setMotion('stalled');
            if (document.hidden) last = performance.now();
        }, 500);
        return () => {
            clearInterval(timer);
            element.cancelVideoFrameCallback(handle);
        };
    }, [stream, person]);
    return seen !== undefined && seen.stream === stream && seen.person === person ? seen.motion : 'none';
}
