// The line to the hub: when it is asked, and how it stands in one word. Says nothing of what was said over it.

import { signal } from '@preact/signals';
import { onNetworkChange } from '../rtc/network_watch';
import type { Office, Round } from './office';
import { Pace } from './pace';

/** offline: this computer has no network. stopped: this browser's past is not what the hub has. */
export type LineState = 'beginning' | 'syncing' | 'offline' | Round;

export class Line {
    readonly state = signal<LineState>('beginning');
    private readonly pace_ = new Pace();
    private timer_: ReturnType<typeof setTimeout> | undefined;
    private running_ = false;
    private again_ = false;

    constructor(private readonly office_: Office) {}

    start(): void {
        onNetworkChange(() => {
            this.pace_.forget();
            this.now();
        });
        addEventListener('offline', () => this.now());
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden) this.now();
        });
        this.now();
    }

    /** Something was written, or a person asks. */
    now(): void {
        clearTimeout(this.timer_);
        if (this.running_) this.again_ = true;
        else void this.run();
    }

    private async run(): Promise<void> {
        this.running_ = true;
        if (!navigator.onLine) this.state.value = 'offline';
        else if (this.state.peek() === 'beginning') this.state.value = 'syncing';
        let round: Round = 'refused';
        try {
            // Also when the browser says that there is no network: some say so behind odd ones.
            round = await this.office_.sync();
        } finally {
            this.running_ = false;
            this.state.value = round === 'unreachable' && !navigator.onLine ? 'offline' : round;
            const wait = round === 'well' ? this.pace_.afterSuccess() : this.pace_.afterFailure();
            this.timer_ = setTimeout(() => this.now(), this.again_ && round === 'well' ? 0 : wait);
            this.again_ = false;
        }
    }
}
