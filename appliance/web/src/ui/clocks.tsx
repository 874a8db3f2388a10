// The interview's own time, without its breaks, and what is left of a break. Neither is read aloud every second.

import { t } from '../i18n';
import { clockText, countdownText, type InterviewClock } from '../keys/interview_clock';
import type { Standing } from '../signalling/messages';
import { useNow } from './now';

export function LiveClock({ clock, standing }: { clock: InterviewClock; standing: Standing }) {
    const ms = clock.liveMs(useNow(standing.state === 'live'));
    return (
        <p class="clock" role="timer" aria-live="off" data-live-ms={ms}>
            <span class="unseen-label">{t('clock_live')} </span>
            <span key={String(ms === undefined)}>{ms === undefined ? '–:––:––' : clockText(ms)}</span>
        </p>
    );
}

export function BreakTimer({ clock, standing }: { clock: InterviewClock; standing: Standing }) {
    const left = clock.breakLeftMs(useNow(standing.state === 'paused'));
    if (standing.state !== 'paused') return null;
    // A pause without a time keeps its place for one: staff may set it later.
    return (
        <p class="countdown" role="timer" aria-live="off" data-left-ms={left}>
            {left === undefined ? '' : left === 0 ? t('break_over') : t('break_left', { time: countdownText(left) })}
        </p>
    );
}
