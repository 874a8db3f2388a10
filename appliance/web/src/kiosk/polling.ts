// Asks again and again, one at a time: soon after an answer, a little later after silence.

export const kEveryMs = 500;
export const kAfterSilenceMs = 1_500;

export class Polling {
    private timer_: ReturnType<typeof setTimeout> | undefined;
    private last_: Promise<void> = Promise.resolve();
    private turn_ = 0;
    private running_ = false;

    /** `ask` says whether there was an answer; it must not throw. */
    constructor(private readonly ask_: () => Promise<boolean>) {}

    start(): void {
        if (this.running_) return;
        this.running_ = true;
        void this.now();
    }

    stop(): void {
        this.running_ = false;
        clearTimeout(this.timer_);
    }

    /** Asks at once. What was asked before may have been answered before something changed: it is awaited, then asked anew. */
    now(): Promise<void> {
        clearTimeout(this.timer_);
        this.turn_ += 1;
        this.last_ = this.askAfter(this.last_, this.turn_);
        return this.last_;
    }

    private async askAfter(before: Promise<void>, turn: number): Promise<void> {
        await before;
        const answered = await this.ask_();
        if (turn !== this.turn_ || !this.running_) return;
        this.timer_ = setTimeout(() => void this.now(), answered ? kEveryMs : kAfterSilenceMs);
    }
}
