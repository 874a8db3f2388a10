// What a microphone or camera button says. It is derived from the track itself, never remembered beside it, so that it
// cannot be wrong after a reconnect. Pure.

import type { TrackState } from '../signalling/messages';

/** `silenced`: the track is on but the system or a hardware switch gives nothing. `none`: there is no working device. */
export type CaptureState = 'on' | 'off' | 'starting' | 'silenced' | 'none';

export interface TrackFacts {
    readonly readyState: MediaStreamTrackState;
    readonly enabled: boolean;
    readonly muted: boolean;
}

/** `switchedOff`: the person has switched the device off, so that no track is as it should be. */
export function captureState(track: TrackFacts | undefined, starting: boolean, switchedOff: boolean): CaptureState {
    if (starting) return 'starting';
    if (track === undefined) return switchedOff ? 'off' : 'none';
    if (track.readyState === 'ended') return 'none';
    if (!track.enabled) return 'off';
    return track.muted ? 'silenced' : 'on';
}

/** The same for the other participants. */
export function wireState(state: CaptureState): TrackState {
    return state === 'on' ? 'on' : state === 'none' ? 'none' : 'muted';
}

/** Why there is no device. */
export type Trouble = 'denied' | 'missing' | 'busy' | 'lost';

export function troubleOf(errorName: string): Trouble {
    switch (errorName) {
        case 'NotAllowedError':
        case 'SecurityError':
            return 'denied';
        case 'NotFoundError':
        case 'OverconstrainedError':
            return 'missing';
        default:
            return 'busy';
    }
}
