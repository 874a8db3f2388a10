// Whether a picture really moves: a frozen picture must not pass for a live one.

import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

export type Motion = 'none' | 'moving' | 'stalled';

const kStalledMs = 3_000;

/** A new `stream`, or the same one showing another person, starts from `none`. */
export function useMotion(
    video: RefObject<HTMLVideoElement | null>, stream: MediaStream | undefined, person: string | undefined,
): Motion {
    const [motion, setMotion] = useState<Motion>('none');
    useEffect(() => {
        const element = video.current;
        setMotion('none');
        if (element === null || stream === undefined || person === undefined || !('requestVideoFrameCallback' in element)) return undefined;
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
    return motion;
}
