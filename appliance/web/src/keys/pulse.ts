// Whether the kiosk still speaks to this page. Whoever carries letters could keep back the one that says that somebody
// is to hear us no more; so the page asks every few seconds, with a nonce, and stops sending when nothing signed and
// sealed comes back. An answer is worth what is left of its question's time: one that was kept is worth nothing.

import { randomText } from './base64url';

export const kPingMs = 5_000;
export const kSilenceMs = 15_000;
const kNonceBytes = 16;

interface Clock {
    readonly now: () => number; // ms
    readonly every: (ms: number, what: () => void) => ReturnType<typeof setInterval>;
}
const kClock: Clock = { now: () => performance.now(), every: (ms, what) => setInterval(what, ms) };

export class Pulse {
    private readonly asked_ = new Map<string, number>();
    private timer_: ReturnType<typeof setInterval> | undefined;
    private lastAt_ = 0;
    private silent_ = false;

    /** `ask` sends a nonce; `turned` is called when the kiosk falls silent and when it speaks again. */
    constructor(
        private readonly ask_: (nonce: string) => void, private readonly turned_: (silent: boolean) => void,
        private readonly clock_: Clock = kClock,
    ) {}

    /** Keys have just come: the kiosk has spoken. */
    begin(): void {
        this.lastAt_ = this.clock_.now();
        this.turn(false);
        if (this.timer_ !== undefined) return;
        this.timer_ = this.clock_.every(kPingMs, () => this.beat());
        this.beat();
    }

    stop(): void {
        clearInterval(this.timer_);
        this.timer_ = undefined;
        this.asked_.clear();
        this.silent_ = false;
    }

    /** Of an answer that was signed, for this page, and knows of no newer epoch. False: it answers nothing of late. */
    answered(nonce: string): boolean {
        const at = this.asked_.get(nonce);
        if (at === undefined) return false;
        this.asked_.delete(nonce);
        this.lastAt_ = Math.max(this.lastAt_, at);
        if (this.clock_.now() - this.lastAt_ < kSilenceMs) this.turn(false);
        return true;
    }

    private beat(): void {
        const now = this.clock_.now();
        for (const [nonce, at] of this.asked_) {
            if (now - at >= kSilenceMs) this.asked_.delete(nonce);
        }
        if (now - this.lastAt_ >= kSilenceMs) this.turn(true);
        const nonce = randomText(kNonceBytes);
        this.asked_.set(nonce, now);
        this.ask_(nonce);
    }

    private turn(silent: boolean): void {
        if (this.silent_ === silent) return;
        this.silent_ = silent;
        this.turned_(silent);
    }
}
