// One word on its way to the kiosk: said again until the line has taken it, and nobody has said within a moment that it
// was not passed on. The line may go and come back meanwhile.

import { signal } from '@preact/signals';

export type SayingState = 'silent' | 'sending' | 'waiting'; // waiting: for the line

/** How long a refusal may take. */
const kRefusalMs = 1_500;
/** A centre that was away is tried again. */
const kAgainMs = 4_000;

export class Saying<What> {
    readonly state = signal<SayingState>('silent');
    private what_: What | undefined;
    private timer_: ReturnType<typeof setTimeout> | undefined;

    /** `say`: whether it could be sent. `done`: it has gone. */
    constructor(
        private readonly say_: (what: What) => Promise<boolean>, private readonly done_: (what: What) => void = () => undefined,
        private readonly refusalMs_ = kRefusalMs, private readonly againMs_ = kAgainMs,
    ) {}

    /** Takes the place of what has not gone yet. */
    async begin(what: What): Promise<void> {
        this.what_ = what;
        await this.attempt();
    }

    /** The line is back, or there are keys again. */
    async lineIsBack(): Promise<void> {
        if (this.state.peek() === 'waiting') await this.attempt();
    }

    /** The hub could not pass on what was last said; or the line broke, and nobody knows. */
    refused(): void {
        if (this.state.peek() === 'sending') this.wait();
    }

    /** Nobody waits for it any more. */
    stop(): void {
        clearTimeout(this.timer_);
        this.what_ = undefined;
        this.state.value = 'silent';
    }

    private async attempt(): Promise<void> {
        const what = this.what_;
        if (what === undefined) return;
        clearTimeout(this.timer_);
        this.state.value = 'sending';
        const gone = await this.say_(what).catch(() => false);
        if (this.state.peek() !== 'sending' || this.what_ !== what) return; // Refused meanwhile, or another one.
        if (!gone) this.wait();
        else this.timer_ = setTimeout(() => this.finish(what), this.refusalMs_);
    }

    private wait(): void {
        clearTimeout(this.timer_);
        this.state.value = 'waiting';
        this.timer_ = setTimeout(() => void this.lineIsBack(), this.againMs_);
    }

    private finish(what: What): void {
        this.what_ = undefined;
        this.state.value = 'silent';
        this.done_(what);
    }
}
