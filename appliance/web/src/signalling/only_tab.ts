// One person, one page: two tabs would take each other's place at the hub over and over, and speak with two voices. The
// browser's own lock says which tab has the interview; another one asks it since when, and can take it over.

import { signal } from '@preact/signals';

/** `looking`: a reload's former page may still be going. `lost`: another tab has taken it over. */
export type Holding = 'looking' | 'ours' | 'other' | 'lost';

/** So long may a page that is being reloaded hold on. */
const kLookMs = 1_000;

const lockName = (participant: string): string => `sightline-interview.${participant}`;

export class OnlyTab {
    readonly holding = signal<Holding>('looking');
    /** Since when the other tab has it, ms since 1970; 0: it does not say. */
    readonly since = signal(0);
    private readonly channel_: BroadcastChannel | undefined;
    private readonly ours_ = Date.now();
    private participant_ = '';

    /** `taken`: another tab has taken it over from this one. */
    constructor(private readonly taken_: () => void) {
        this.channel_ = 'BroadcastChannel' in window ? new BroadcastChannel('sightline-interview') : undefined;
        if (this.channel_ !== undefined) this.channel_.onmessage = ({ data }: MessageEvent<unknown>) => this.hear(data);
    }

    /** Ends when it is known who has it. A browser without locks has no second tab that we could know of. */
    async ask(participant: string): Promise<Holding> {
        this.participant_ = participant;
        if (participant === '' || !('locks' in navigator)) return (this.holding.value = 'ours');
        const giveUp = new AbortController();
        const timer = setTimeout(() => giveUp.abort(), kLookMs);
        const held = await this.hold({ signal: giveUp.signal });
        clearTimeout(timer);
        if (!held) {
            this.holding.value = 'other';
            this.channel_?.postMessage({ ask: participant });
        }
        return this.holding.value;
    }

    /** By the person's click. */
    async takeOver(): Promise<void> {
        await this.hold({ steal: true });
    }

    /** Resolves when the lock is ours, or not to be had. */
    private hold(how: LockOptions): Promise<boolean> {
        return new Promise((done) => {
            const held = (): Promise<never> => {
                this.holding.value = 'ours';
                done(true);
                return new Promise(() => undefined);
            };
            navigator.locks.request(lockName(this.participant_), how, held).catch(() => {
                done(false);
                if (this.holding.peek() !== 'ours') return;
                this.holding.value = 'lost';
                this.taken_();
            });
        });
    }

    private hear(data: unknown): void {
        const { ask, since, of } = (data ?? {}) as { ask?: unknown; since?: unknown; of?: unknown };
        if (ask === this.participant_ && this.holding.peek() === 'ours')
            this.channel_?.postMessage({ of: this.participant_, since: this.ours_ });
        if (of === this.participant_ && typeof since === 'number' && this.holding.peek() !== 'ours') this.since.value = since;
    }
}
