// The frames of one track, in their order. A frame may wait for its key, which comes by another way and may be late,
// and those behind it wait with it; none longer than half a second after it came, and no more than a second's worth.

export class FrameLine {
    private last_: Promise<void> = Promise.resolve();
    private waiting_ = 0;
    private wake_: () => void = () => undefined;
    private news_: Promise<void> = Promise.resolve();

    constructor(private readonly patienceMs_ = 500, private readonly most_ = 60) {
        this.expectNews();
    }

    /**
     * `attempt` answers whether the frame is done with; the `last` time it must be. False: too many wait already, and
     * this one is not taken.
     */
    enter(attempt: (last: boolean) => Promise<boolean>): boolean {
        if (this.waiting_ >= this.most_) return false;
        ++this.waiting_;
        const until = performance.now() + this.patienceMs_;
        this.last_ = this.last_.then(() => this.see(attempt, until)).catch(() => undefined).then(() => { --this.waiting_; });
        return true;
    }

    /** There are new keys: whoever waits tries again. */
    news(): void {
        const wake = this.wake_;
        this.expectNews();
        wake();
    }

    private expectNews(): void {
        this.news_ = new Promise((done) => { this.wake_ = done; });
    }

    private async see(attempt: (last: boolean) => Promise<boolean>, until: number): Promise<void> {
        for (;;) {
            const news = this.news_; // From before the attempt: what comes during it counts.
            const left = until - performance.now();
            if (await attempt(left <= 0) || left <= 0) return;
            let timer: ReturnType<typeof setTimeout> | undefined;
            await Promise.race([news, new Promise((done) => { timer = setTimeout(done, left); })]);
            clearTimeout(timer);
        }
    }
}
