// The running interview: where it stands, the one next step, and what belongs to it; everything else is a touch away.

import { useState } from 'preact/hooks';
import { countryName } from '../../i18n/countries';
import { language, locales } from '../../i18n';
import { Countdown } from '../applicant/standing';
import { Heading } from '../applicant/heading';
import type { StaffInterview } from '../answers';
import { minutesAndSeconds } from '../clock';
import type { Desk } from '../desk';
import { kPanels, nextStep, panelsOf, type NextStep, type Panel } from '../screens';
import { k } from '../texts';
import { ChecklistPanel, openChecks } from './checklists';
import { ConsentPanel } from './consent_panel';
import { EndPanel } from './end';
import { IncidentPanel } from './incident';
import { panelKey } from './panel';
import { PausePanel } from './pause';
import { PeoplePanel } from './people';
import { SelfTestPanel } from './self_test';
import { ViewsPanel } from './views';

function PanelOf({ name, desk, session }: { name: Panel; desk: Desk; session: StaffInterview }) {
    switch (name) {
        case 'check-in': case 'room': case 'setup': return <ChecklistPanel desk={desk} session={session} panel={name} />;
        case 'self-test': return <SelfTestPanel desk={desk} />;
        case 'consent': return <ConsentPanel desk={desk} session={session} />;
        case 'people': return <PeoplePanel desk={desk} session={session} />;
        case 'pause': return <PausePanel desk={desk} session={session} />;
        case 'incident': return <IncidentPanel desk={desk} session={session} />;
        case 'views': return <ViewsPanel desk={desk} session={session} />;
        case 'end': return <EndPanel desk={desk} session={session} />;
    }
}

/** Hands over; where consent is not open yet, it is opened by the same touch. */
async function handOver(desk: Desk, session: StaffInterview): Promise<void> {
    if (session.state === 'checked-in' && !await desk.step('open-consent')) return;
    await desk.lookNow();
    desk.handOver(false);
}

const kStepKeys = {
    'check-in': 'check_in', 'hand-over': 'hand_over', 'close-consent': 'close_consent', start: 'start', resume: 'resume',
} as const;

function take(step: NextStep, desk: Desk, session: StaffInterview): void {
    if (step === 'hand-over') void handOver(desk, session);
    else void desk.step(step);
}

/** What should be looked at before the step; it does not block, because staff may know better. */
function Before({ step, session }: { step: NextStep | undefined; session: StaffInterview }) {
    const open = openChecks(session).length;
    if (step === 'check-in' && open > 0) return <p class="hint" data-open-checks={open}>{k('checks_open', { count: String(open) })}</p>;
    const alone = !session.participants.some(({ role, place }) => role === 'interviewer' && place === 'admitted');
    return step === 'start' && alone ? <p class="hint" data-alone>{k('start_alone')}</p> : null;
}

function Wish({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const asked = session.asked_view ?? '';
    if (asked === '') return null;
    return (
        <div class="band" role="status" data-wish={asked}>
            <p>{k('view_asked', { view: k(`view_${asked}`) })}</p>
            <button type="button" class="primary" data-action="grant-view" onClick={() => void desk.act('view', { view: asked })}>{k('view_grant')}</button>
            <button type="button" data-action="decline-view" onClick={() => void desk.act('view', { view: session.view ?? 'face' })}>{k('view_decline')}</button>
        </div>
    );
}

function Standing({ session }: { session: StaffInterview }) {
    const until = session.pause_until ?? null;
    return (
        <div class="standing-now">
            <span class="mark" data-mark={session.state === 'live' ? 'decided' : 'new'}>{k(`state_${session.state}`)}</span>
            {session.training && <span class="mark" data-mark="partial">{k('training')}</span>}
            {session.live_ms !== undefined && session.live_ms > 0 && <span class="time">{k('live_for', { time: minutesAndSeconds(session.live_ms, locales()) })}</span>}
            {until !== null && <Countdown until={until} />}
        </div>
    );
}

export function InterviewScreen({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const [chosen, setChosen] = useState<Panel | undefined>(undefined);
    const step = nextStep(session);
    const panels = chosen === undefined ? panelsOf(session.state) : [chosen];
    const names = session.subjects.map(({ name }) => name ?? '').filter(Boolean).join(', ');
    return (
        <div class="screen interview">
            <div class="interview-head">
                <Heading of={session.id}>{session.title}</Heading>
                <p class="role" dir="auto">{[names, countryName(session.delegation.state, language.value)].filter(Boolean).join(' · ')}</p>
                <Standing session={session} />
            </div>
            <Wish desk={desk} session={session} />
            {session.understood === false && <p class="trouble" role="status" data-not-understood>{k('understood_badly')}</p>}
            {session.known_to_hub === false && <p class="hint" role="status">{k('hub_missing')}</p>}
            <nav class="panel-nav" aria-label={k('panels')}>
                <button type="button" data-panel-link="now" aria-pressed={chosen === undefined} onClick={() => setChosen(undefined)}>{k('panel_now')}</button>
                {kPanels.map((name) => (
                    <button key={name} type="button" data-panel-link={name} aria-pressed={chosen === name} onClick={() => setChosen(name)}>{k(panelKey(name))}</button>
                ))}
            </nav>
            <div class="panels">{panels.map((name) => <PanelOf key={name} name={name} desk={desk} session={session} />)}</div>
            <footer class="next">
                <Before step={step} session={session} />
                <div class="row">
                    {step !== undefined && (
                        <button type="button" class="primary big" data-action={step} onClick={() => take(step, desk, session)}>{k(kStepKeys[step])}</button>
                    )}
                    {step !== 'hand-over' && (
                        <button type="button" data-action="hand-over" onClick={() => void handOver(desk, session)}>{k('show_applicant')}</button>
                    )}
                </div>
            </footer>
        </div>
    );
}
