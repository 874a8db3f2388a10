// Who sees and hears the applicant, now or once the interview begins. Pure. The lease alone decides what is sent; this says
// it in the same words (session/lease/audience).

import type { ApplicantInterview, Person } from './answers';
import { inForce } from './consent_plan';

export interface Watcher {
    readonly person: Person;
    /** Seen and heard by them at this moment. */
    readonly sees: boolean;
    readonly hears: boolean;
}

type Told = Pick<ApplicantInterview, 'state' | 'pause' | 'send' | 'people' | 'consents' | 'subjects'>;

function reaches(person: Person, told: Told): boolean {
    if (person.place !== 'admitted' || !person.present) return false;
    switch (told.state) {
        case 'consenting': case 'waiting': return person.role === 'interpreter';
        case 'live': return person.role !== 'observer' || inForce('observers', person.organisation, told.subjects, told.consents);
        case 'paused': return told.pause === 'private-talk' && person.role !== 'observer';
        default: return false;
    }
}

const kOrder: readonly Person['role'][] = ['interviewer', 'interpreter', 'observer'];

export function watchersOf(told: Told): readonly Watcher[] {
    const picture = told.state === 'live' || told.state === 'paused';
    return [...told.people.filter(({ role }) => role !== 'applicant')]
        .sort((a, b) => kOrder.indexOf(a.role) - kOrder.indexOf(b.role))
        .map((person) => {
            const reached = reaches(person, told);
            return { person, sees: reached && picture && told.send.video, hears: reached && told.send.audio };
        });
}
