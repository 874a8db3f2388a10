// How long the interview has been live, without the breaks, and how long a break still lasts: by the kiosk's news, and
// counted on from there by this page's own clock.

import type { ReadonlySignal } from '@preact/signals';
import type { Standing } from '../signalling/messages';
import type { Conversation } from './conversation';

type Source = Pick<Conversation, 'news' | 'newsAt'>;

export class InterviewClock {
    constructor(private readonly source_: Source, private readonly standing_: ReadonlySignal<Standing>) {}

    /** `now`: ms since 1970. Undefined: the kiosk has not said yet. */
    liveMs(now: number): number | undefined {
        const news = this.source_.news.value;
        if (news === undefined) return undefined;
        const since = this.standing_.value.state === 'live' ? Math.max(0, now - this.source_.newsAt) : 0;
        return news.liveMs + since;
    }

    /** Zero: the break is over, and staff will resume. Undefined: there is no break, or none with a time. */
    breakLeftMs(now: number): number | undefined {
        const news = this.source_.news.value;
        if (news?.pauseUntil === undefined || this.standing_.value.state !== 'paused') return undefined;
        // By the kiosk's clock, which need not be this computer's.
        const ahead = news.now === undefined ? 0 : news.now - this.source_.newsAt;
        return Math.max(0, news.pauseUntil - now - ahead);
    }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** 0:07:30 */
export function clockText(ms: number): string {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** 7:30; begun seconds count, so that 0:00 is the end. */
export function countdownText(ms: number): string {
    const seconds = Math.ceil(ms / 1000);
    return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
