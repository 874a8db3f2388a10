// Under the head of an interview: where it stands, in a place that is always there, so that nothing moves when that
// changes. What is wrong, or to be answered, hangs from it over the pictures.

import type { ComponentChildren } from 'preact';
import { t } from '../i18n';
import type { InterviewClock } from '../keys/interview_clock';
import type { Standing } from '../signalling/messages';
import { BreakTimer } from './clocks';
import { standingKey, type Watcher } from './standing_view';

interface Props {
    readonly standing: Standing;
    readonly watcher: Watcher;
    readonly clock: InterviewClock;
    readonly training: boolean;
    /** Beside the words. */
    readonly children?: ComponentChildren;
    readonly bands: ComponentChildren;
}

export function Strip({ standing, watcher, clock, training, children, bands }: Props) {
    const words = t(standingKey(standing, watcher));
    return (
        <div class="strip" data-state={standing.state}>
            <div class="strip-text">
                <p class="standing" role="status" aria-live="polite" data-state={standing.state}>
                    <span key={`${words} ${training}`}>
                        {words}
                        {standing.state === 'paused' && watcher === 'interviewer' && <span class="more"> {t('pause_devices')}</span>}
                        {training && <span class="training"> · {t('training')}</span>}
                    </span>
                </p>
                <BreakTimer clock={clock} standing={standing} />
            </div>
            {children}
            <div class="bands">{bands}</div>
        </div>
    );
}
