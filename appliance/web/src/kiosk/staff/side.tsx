// The staff's side: behind a PIN, which is asked again after each hand-over.

import { isDraft, language } from '../../i18n';
import type { Desk } from '../desk';
import { kUnreachable } from '../kiosk_api';
import { chooseLanguage, kStaffLanguages, languageName } from '../side_language';
import { k } from '../texts';
import { Reason } from '../trouble';
import { InterviewScreen } from './interview';
import { Plan } from './plan';
import { SignIn } from './sign_in';
import { Today } from './today';

function Screen({ desk }: { desk: Desk }) {
    const session = desk.status.value?.session ?? null;
    switch (desk.staffScreen.value) {
        case 'sign-in': return <SignIn key={String(desk.handedOver.value)} desk={desk} />;
        case 'today': return <Today desk={desk} />;
        case 'plan': return <Plan desk={desk} />;
        case 'interview': return session === null ? null : <InterviewScreen key={session.id} desk={desk} session={session} />;
    }
}

function Refused({ desk }: { desk: Desk }) {
    const refused = desk.refused.value;
    if (refused === undefined || refused.code === kUnreachable || desk.staffScreen.value === 'sign-in') return null;
    return (
        <div class="band trouble" role="alert" data-refused={refused.code}>
            <Reason refusal={refused} />
            <button type="button" data-action="dismiss" onClick={() => { desk.refused.value = undefined; }}>{k('dismiss')}</button>
        </div>
    );
}

export function StaffSide({ desk }: { desk: Desk }) {
    const screen = desk.staffScreen.value;
    const inside = screen !== 'sign-in';
    return (
        <div class="staff">
            <header class="kiosk-top">
                <label class="language">
                    <span class="language-label">{k('language')}</span>
                    <select value={language.value} onChange={(event) => chooseLanguage('staff', event.currentTarget.value)}>
                        {kStaffLanguages.map((code) => <option key={code} value={code} lang={code}>{languageName(code)}{isDraft(code) ? ` (${k('draft_short')})` : ''}</option>)}
                    </select>
                </label>
                {inside && <p class="signed-in">{k('signed_in_as', { name: desk.staff.value ?? '' })}</p>}
                {inside && screen !== 'today' && screen !== 'plan' && (
                    <button type="button" data-action="today" onClick={() => { desk.chosen.value = 'today'; }}>{k('today')}</button>
                )}
                {inside
                    ? <button type="button" data-action="sign-out" onClick={() => void desk.signOut()}>{k('sign_out')}</button>
                    : <button type="button" data-action="to-applicant" onClick={() => desk.turnTo('applicant')}>{k('to_applicant')}</button>}
            </header>
            <main>
                <Refused desk={desk} />
                <Screen desk={desk} />
            </main>
        </div>
    );
}
