// How one WebRTC connection to the hub is kept alive: a state machine without clock, timer or socket.
// It takes events and `now` (milliseconds, any monotonic clock), and returns what to do. Its owner asks
// `deadline` when to call again with a `tick`. It never gives up on trouble; it gives up only when the
// hub refuses the person (401 for longer than a hub restart takes, or 403).

export type LinkPhase =
    | 'idle'        // not started, or stopped
    | 'posting'     // the offer is on its way to the hub
    | 'connecting'  // the hub has answered, ICE and DTLS are under way
    | 'connected'
    | 'checking'    // connected as far as we know; an ICE restart finds out
    | 'unsettled'   // ICE says disconnected; it often comes back by itself
    | 'restarting'  // an ICE restart has been asked for
    | 'waiting'     // until the next offer
    | 'refused';    // the hub does not want us

export type LinkEvent =
    | { kind: 'start' }
    | { kind: 'stop' }
    | { kind: 'tick' }
    | { kind: 'posted' }
    | { kind: 'post-failed'; status: number } // HTTP status; 0: no answer at all
    | { kind: 'restarted' }
    | { kind: 'restart-failed'; status: number }
    | { kind: 'peer'; state: RTCPeerConnectionState }
    | { kind: 'network-changed' }; // also: the hub may have been restarted

export type LinkAction = 'post' | 'restart' | 'discard';

/** How long ICE may stay disconnected before we restart it. */
export const kUnsettledMs = 2_000;
/** How long ICE and DTLS may take after the hub's answer before we start afresh. */
export const kConnectMs = 10_000;
/** How long the hub may take to answer an ICE restart. */
export const kRestartMs = 8_000;
/** How many attempts are made in quick succession. */
const kQuickAttempts = 6;
/** A restarted hub answers 401 until the kiosk has registered the session again. */
export const kUnauthorisedPatienceMs = 60_000;

/**
 * Back-off with jitter: 0.5 s, 1 s for as long as a hub and its kiosk take to start again, then 2, 4, 5, 5 … seconds, each
 * shortened by up to half.
 */
export class Backoff {
    private attempt_ = 0;

    constructor(private readonly random_: () => number = Math.random) {}

    nextDelayMs(): number {
        const ceiling = this.attempt_ === 0 ? 500 : Math.min(1_000 * 2 ** Math.max(0, this.attempt_ - kQuickAttempts), 5_000);
        this.attempt_ = Math.min(this.attempt_ + 1, 2 * kQuickAttempts);
        return ceiling * (0.5 + 0.5 * this.random_());
    }

    reset(): void {
        this.attempt_ = 0;
    }
}

/** Decides whether an answer of the hub is final. One per connection; knows since when it was turned away. */
export class Patience {
    private unauthorisedSince_: number | undefined;

    /** `mayHeal` is true when the hub had let us in before, so that a 401 may only mean that it was restarted. */
    isFinal(status: number, now: number, mayHeal: boolean): boolean {
        if (status === 403) return true;
        if (status !== 401) return false;
        this.unauthorisedSince_ ??= now;
        return !mayHeal || now - this.unauthorisedSince_ >= kUnauthorisedPatienceMs;
    }

    reset(): void {
        this.unauthorisedSince_ = undefined;
    }
}

export class LinkMachine {
    private phase_: LinkPhase = 'idle';
    private deadline_: number | undefined;
    private peer_: RTCPeerConnectionState = 'new';
    private readonly backoff_: Backoff;
    private readonly patience_ = new Patience();

    constructor(random: () => number = Math.random) {
        this.backoff_ = new Backoff(random);
    }

    get phase(): LinkPhase {
        return this.phase_;
    }

    /** When to call `handle({kind: 'tick'})` next, on the clock of `now`; undefined: not needed. */
    get deadline(): number | undefined {
        return this.deadline_;
    }

    handle(event: LinkEvent, now: number): LinkAction[] {
        switch (event.kind) {
            case 'start':
                if (this.phase_ !== 'idle' && this.phase_ !== 'refused') return [];
                this.backoff_.reset();
                this.patience_.reset();
                return this.post();
            case 'stop':
                return this.enter('idle', undefined, 'discard');
            case 'tick':
                return this.onTick(now);
            case 'posted':
                if (this.phase_ !== 'posting') return [];
                this.patience_.reset();
                return this.enter('connecting', now + kConnectMs);
            case 'post-failed':
                if (this.phase_ !== 'posting') return [];
                return this.patience_.isFinal(event.status, now, true)
                    ? this.enter('refused', undefined, 'discard')
                    : this.startAfresh(now);
            case 'restarted':
                if (this.phase_ !== 'restarting' && this.phase_ !== 'checking') return [];
                // ICE may never have noticed the trouble: then no change of state will follow.
                return this.peer_ === 'connected' ? this.settle() : this.enter('connecting', now + kConnectMs);
            case 'restart-failed':
                if (this.phase_ !== 'restarting' && this.phase_ !== 'checking') return [];
                // 404: the hub was restarted and knows nothing of us. There is nothing to wait for.
                return event.status === 404 ? this.post('discard') : this.startAfresh(now);
            case 'peer':
                this.peer_ = event.state;
                return this.onPeer(now);
            case 'network-changed':
                return this.onNetworkChanged(now);
        }
    }

    private onTick(now: number): LinkAction[] {
        if (this.deadline_ === undefined || now < this.deadline_) return [];
        switch (this.phase_) {
            case 'waiting':
                return this.post();
            case 'unsettled':
                return this.enter('restarting', now + kRestartMs, 'restart');
            case 'connecting':
            case 'checking':
            case 'restarting':
                return this.startAfresh(now);
            default:
                return [];
        }
    }

    private onPeer(now: number): LinkAction[] {
        if (['idle', 'posting', 'waiting', 'refused'].includes(this.phase_)) return [];
        switch (this.peer_) {
            case 'connected':
                // While restarting, the old path may flicker back: only the hub's answer settles it.
                return this.phase_ === 'restarting' || this.phase_ === 'checking' ? [] : this.settle();
            case 'disconnected':
                if (this.phase_ === 'checking') return this.enter('restarting', now + kRestartMs);
                return this.phase_ === 'connected' ? this.enter('unsettled', now + kUnsettledMs) : [];
            case 'failed':
            case 'closed':
                return this.startAfresh(now);
            default:
                return [];
        }
    }

    private onNetworkChanged(now: number): LinkAction[] {
        switch (this.phase_) {
            case 'connected':
                return this.enter('checking', now + kRestartMs, 'restart');
            case 'unsettled':
                return this.enter('restarting', now + kRestartMs, 'restart');
            case 'waiting':
                return this.post();
            default:
                return [];
        }
    }

    private settle(): LinkAction[] {
        this.backoff_.reset();
        return this.enter('connected', undefined);
    }

    private post(...before: LinkAction[]): LinkAction[] {
        return this.enter('posting', undefined, ...before, 'post');
    }

    private startAfresh(now: number): LinkAction[] {
        return this.enter('waiting', now + this.backoff_.nextDelayMs(), 'discard');
    }

    private enter(phase: LinkPhase, deadline: number | undefined, ...actions: LinkAction[]): LinkAction[] {
        if (phase === 'posting' || phase === 'idle') this.peer_ = 'new';
        this.phase_ = phase;
        this.deadline_ = deadline;
        return actions;
    }
}
