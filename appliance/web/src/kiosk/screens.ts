// Which screen follows from where the interview stands, and which panels staff see first. Pure.

import type { ApplicantInterview, StaffInterview, State, Status } from './answers';
import { allAnswered, signersOf } from './consent_plan';

export type Side = 'applicant' | 'staff';
export type ApplicantScreen = 'idle' | 'inform' | 'consent' | 'understand' | 'ready' | 'live' | 'paused' | 'ended';
export type StaffScreen = 'sign-in' | 'today' | 'plan' | 'interview';
export type Panel = 'check-in' | 'room' | 'setup' | 'self-test' | 'consent' | 'people' | 'pause' | 'incident' | 'views' | 'end';

/** What the page knows of the one who stands before it. */
export interface Before {
    /** Staff have handed over, so that answers can be written down. */
    readonly handedOver: boolean;
    /** Has been told who sees and hears them. */
    readonly informed: boolean;
    /** Everything has been answered and signed, as far as this hand-over goes. */
    readonly done: boolean;
    /** There is no interpreter to understand. */
    readonly noInterpreter: boolean;
    /** Has been told that the interview is over, or may still be: it ran on this page. */
    readonly ranHere: boolean;
}

const asksWhetherUnderstood = (session: ApplicantInterview, { handedOver, noInterpreter }: Before): boolean =>
    handedOver && !noInterpreter && (session.understood === null || session.understood === undefined);

export function applicantScreen(session: ApplicantInterview | null, before: Before): ApplicantScreen {
    if (session === null) return before.ranHere ? 'ended' : 'idle';
    switch (session.state) {
        case 'scheduled': return 'idle';
        case 'checked-in': return 'inform';
        case 'consenting':
            if (!before.informed || !before.handedOver) return 'inform';
            if (!before.done) return 'consent';
            return asksWhetherUnderstood(session, before) ? 'understand' : 'ready';
        case 'waiting': return asksWhetherUnderstood(session, before) ? 'understand' : 'ready';
        case 'live': return 'live';
        case 'paused': return 'paused';
        case 'ended': return 'ended';
    }
}

/** The kiosk is taken: no other interview can be planned or taken up. */
export const kBegun: readonly State[] = ['checked-in', 'consenting', 'waiting', 'live', 'paused'];

export function staffScreen(signedIn: boolean, status: Status | undefined, chosen: 'today' | 'plan' | undefined): StaffScreen {
    if (!signedIn) return 'sign-in';
    if (chosen !== undefined) return chosen;
    return status?.session ? 'interview' : 'today';
}

/** What is to be done in a state, in this order on one page; the others are a touch away. */
export function panelsOf(state: State): readonly Panel[] {
    switch (state) {
        case 'scheduled': return ['check-in', 'room', 'setup', 'self-test'];
        case 'checked-in': case 'consenting': return ['consent', 'people'];
        case 'waiting': return ['people', 'views'];
        case 'live': return ['people', 'pause', 'views'];
        case 'paused': return ['pause', 'people'];
        case 'ended': return [];
    }
}

export const kPanels: readonly Panel[] =
    ['check-in', 'room', 'setup', 'self-test', 'consent', 'people', 'pause', 'views', 'incident', 'end'];

export type NextStep = 'check-in' | 'hand-over' | 'close-consent' | 'start' | 'resume';

export const consentDone = (session: StaffInterview): boolean => allAnswered(
    signersOf({ subjects: session.subjects, people: session.participants, state: session.delegation.state }), session.consents);

/** The one large button of the page. */
export function nextStep(session: StaffInterview): NextStep | undefined {
    switch (session.state) {
        case 'scheduled': return 'check-in';
        case 'checked-in': return 'hand-over';
        case 'consenting': return consentDone(session) ? 'close-consent' : 'hand-over';
        case 'waiting': return 'start';
        case 'paused': return 'resume';
        case 'live': case 'ended': return undefined;
    }
}
