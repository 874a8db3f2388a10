// From the state of the control socket and of the two media connections: what the page says to a person.
// Pure; `now` in milliseconds.

import type { LinkPhase } from './reconnect';

/** `lost-up`: others do not see or hear us; `lost-down`: we do not see or hear them; `lost-control`: only the roster is stale. */
export type Connection =
    | 'idle' | 'joining' | 'connected' | 'lost' | 'lost-up' | 'lost-down' | 'lost-control' | 'back' | 'refused';

/** What a page knows of one of its connections. `none`: this page has no such connection. */
export type Line = 'none' | 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'refused';

/** How long “Back again” stays before it becomes “Connected”. */
export const kBackMs = 4_000;

/** A leg that has been connected once is never “connecting” again, but “reconnecting”. */
export function lineOf(phase: LinkPhase, wasConnected: boolean): Line {
    switch (phase) {
        case 'idle':
            return 'idle';
        case 'connected':
        case 'checking':
            return 'connected';
        case 'refused':
            return 'refused';
        default:
            return wasConnected ? 'reconnecting' : 'connecting';
    }
}

export class ConnectionWords {
    private wasWhole_ = false;
    private hadMedia_ = false;
    private brokenSince_: number | undefined;
    private backUntil_ = 0;

    /** Ask again after `kBackMs` when the answer is `back`. */
    update(control: Line, up: Line, down: Line, now: number): Connection {
        const lines = [control, up, down].filter((line) => line !== 'none');
        // Let in from the waiting room, one joins: nothing has been lost.
        const hasMedia = lines.length > 1;
        if (hasMedia !== this.hadMedia_) this.beginAgain();
        this.hadMedia_ = hasMedia;
        if (lines.includes('refused')) return 'refused';
        if (lines.every((line) => line === 'idle')) {
            this.beginAgain();
            return 'idle';
        }
        if (lines.every((line) => line === 'connected')) {
            if (this.brokenSince_ !== undefined) this.backUntil_ = now + kBackMs;
            this.brokenSince_ = undefined;
            this.wasWhole_ = true;
            return now < this.backUntil_ ? 'back' : 'connected';
        }
        if (!this.wasWhole_) return 'joining';
        this.brokenSince_ ??= now;
        const upBroken = up !== 'none' && up !== 'connected';
        const downBroken = down !== 'none' && down !== 'connected';
        if (upBroken && downBroken) return 'lost';
        if (upBroken) return 'lost-up';
        // A page that only receives has lost everything when it has lost that.
        if (downBroken) return up === 'none' ? 'lost' : 'lost-down';
        return 'lost-control';
    }

    private beginAgain(): void {
        this.wasWhole_ = false;
        this.brokenSince_ = undefined;
        this.backUntil_ = 0;
    }
}
