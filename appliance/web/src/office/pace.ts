// When to speak with the hub next: soon after something was written, now and then while all is well, and less and less
// often while nobody answers. With jitter, so that a building whose link comes back does not ask as one. Pure.

const kIdleMs = 30_000;
const kFirstMs = 2_000;
const kLongestMs = 5 * 60_000;

export class Pace {
    private failures_ = 0;

    /** `random`: from 0 to 1. */
    constructor(private readonly random_: () => number = Math.random) {}

    get failures(): number { return this.failures_; }

    afterSuccess(): number {
        this.failures_ = 0;
        return this.jittered(kIdleMs);
    }

    afterFailure(): number {
        const wait = Math.min(kFirstMs * 2 ** this.failures_, kLongestMs);
        ++this.failures_;
        return this.jittered(wait);
    }

    /** Another network: what failed before says nothing of it. */
    forget(): void {
        this.failures_ = 0;
    }

    private jittered(ms: number): number {
        return Math.round(ms * (0.5 + this.random_() / 2));
    }
}
