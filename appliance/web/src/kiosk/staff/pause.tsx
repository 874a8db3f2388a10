// Breaks on a timer, and talks without the observers.

import { useState } from 'preact/hooks';
import type { StaffInterview } from '../answers';
import { Countdown } from '../applicant/standing';
import type { Desk } from '../desk';
import { k } from '../texts';
import { TextField } from './fields';
import { Panel } from './panel';

const kMinutes = [5, 10, 15, 30] as const;

/** What the kiosk takes: 1 to 240 whole minutes. Pure. */
export function minutesOf(text: string): number | undefined {
    const minutes = Number(text);
    return Number.isInteger(minutes) && minutes >= 1 && minutes <= 240 ? minutes : undefined;
}

export function PausePanel({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const [text, setText] = useState('10');
    const minutes = minutesOf(text);
    const until = session.pause_until ?? null;
    const paused = session.state === 'paused';
    const may = session.state === 'live' || paused;
    const pause = (reason: string): void => {
        if (minutes !== undefined || reason !== 'break') void desk.step('pause', { reason, ...(reason === 'break' ? { minutes } : {}) });
    };
    return (
        <Panel name="pause">
            {paused && <p class="name" data-paused={session.pause}>{k(`pause_${(session.pause ?? 'break').replace('-', '_') as 'break' | 'private_talk' | 'link_lost' | 'distress'}`)}</p>}
            {until !== null && <Countdown until={until} />}
            {!may && <p class="hint">{k('pause_later')}</p>}
            <div class="quick" role="group" aria-label={k('pause_minutes')}>
                {kMinutes.map((each) => (
                    <button key={each} type="button" data-minutes={each} aria-pressed={minutes === each} onClick={() => setText(String(each))}>
                        {k('minutes', { count: String(each) })}
                    </button>
                ))}
            </div>
            <TextField id="pause-minutes" label={k('pause_minutes')} type="number" value={text} change={setText} />
            {minutes === undefined && <p class="trouble" role="alert">{k('pause_bounds')}</p>}
            <div class="row">
                {may && <button type="button" data-action="pause" onClick={() => pause('break')}>{k(paused && session.pause === 'break' ? 'pause_anew' : 'pause')}</button>}
                {may && !(paused && session.pause === 'private-talk') && (
                    <button type="button" data-action="private-talk" onClick={() => pause('private-talk')}>{k('private_talk')}</button>
                )}
            </div>
        </Panel>
    );
}
