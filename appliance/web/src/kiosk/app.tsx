// The touch screen: the applicant's side, and the staff's behind a PIN. What a control does is named by `data-action`; tests and
// the tour go by these names:
//
// applicant   ask-pause, ask-end (stop-yes, stop-no), complaint, play-prompt, take-back (to the staff's door), go-on, yes, no, change,
//             mark-name, mark-thumb, mark-none, clear-mark, confirm-mark, understood-yes, understood-no, no-interpreter, next
// door        sign-in, unlock, pin-back, to-applicant
// staff       today, plan, open-session, add-person, add-guest, schedule, check-in, open-consent, hand-over, ask-again, withdraw,
//             close-consent, invite, copy-link, show-link, admit, admit-all, send-back, remove, remove-confirm, start, pause, private-talk,
//             resume, pause-distress, incident, incident-write, view, grant-view, decline-view, words, words-match, words-differ,
//             self-test, end, dismiss, close-dialog, sign-out
//
// Fields: staff-name, staff-pin, store-pin; plan-title, person-N, child-N, guardian-N, plan-state, plan-basis, plan-at, training,
// guest-N-role, guest-N-name, guest-N-organisation; invite-role, invite-name, invite-organisation; applicant-language, room-interpreter,
// pause-minutes, remove-reason, incident-detail, end-reason. Checklists: data-check. Panels that are not shown: data-panel-link.

import { ApplicantSide } from './applicant/side';
import type { Desk } from './desk';
import { Keyboard } from './staff/keyboard';
import { StaffSide } from './staff/side';
import { k } from './texts';

function Unreachable() {
    return <p class="unreachable" role="status" data-unreachable>{k('unreachable')}</p>;
}

export function App({ desk }: { desk: Desk }) {
    const staff = desk.side.value === 'staff';
    return (
        <div
            class="root kiosk" data-page="kiosk" data-side={desk.side.value}
            data-screen={staff ? desk.staffScreen.value : desk.applicantScreen.value}
            data-state={desk.view.value?.session?.state ?? 'none'}
            data-handed-over={desk.handedOver.value}
        >
            {!desk.reachable.value && <Unreachable />}
            {staff ? <StaffSide desk={desk} /> : <ApplicantSide desk={desk} />}
            {staff && <Keyboard />}
        </div>
    );
}
