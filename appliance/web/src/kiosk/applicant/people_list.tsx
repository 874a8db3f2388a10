// Who takes part, where they are, and whether they see and hear the applicant at this moment or once they agree.

import { countryName } from '../../i18n/countries';
import { language } from '../../i18n';
import type { ApplicantInterview, Person } from '../answers';
import { Asking, Heard, Interpreting, Seen, Unheard, Unseen, Watching } from '../pictograms';
import { k, named } from '../texts';
import { watchersOf, type Watcher } from '../watchers';

function RolePictogram({ role }: { role: Person['role'] }) {
    if (role === 'interpreter') return <Interpreting />;
    return role === 'observer' ? <Watching /> : <Asking />;
}

/** Interviewers sit where the delegation is; of the others their organisation is what is known. */
function whereOf({ role, organisation }: Person, delegation: string): string {
    const place = countryName(organisation, language.value);
    if (role !== 'interviewer' || delegation === '') return place;
    const country = countryName(delegation, language.value);
    return place === '' || place === country ? country : `${place}, ${country}`;
}

function Reach({ watcher, begun }: { watcher: Watcher; begun: boolean }) {
    if (!begun) return <p class="reach" data-reach="later">{k(watcher.person.role === 'interpreter' ? 'reach_interpreter' : 'reach_later')}</p>;
    const { sees, hears } = watcher;
    return (
        <p class="reach" data-reach={sees || hears ? 'now' : 'not'} data-sees={sees} data-hears={hears}>
            {sees ? <Seen /> : <Unseen />}
            {hears ? <Heard /> : <Unheard />}
            <span>{k(sees ? (hears ? 'reach_both' : 'reach_sees') : hears ? 'reach_hears' : 'reach_not')}</span>
        </p>
    );
}

export function PeopleList({ session }: { session: ApplicantInterview }) {
    const watchers = watchersOf(session);
    const begun = session.state === 'live' || session.state === 'paused';
    if (watchers.length === 0) return <p class="nobody">{k('nobody_yet')}</p>;
    return (
        <ul class="people" aria-label={k('people')}>
            {watchers.map((watcher) => {
                const { person } = watcher;
                const where = whereOf(person, session.delegation);
                return (
                    <li key={person.id} data-person={person.id} data-role={person.role} data-present={person.present}>
                        <RolePictogram role={person.role} />
                        <div>
                            <p class="name"><bdi>{person.name}</bdi></p>
                            <p class="role">{[named(`role_${person.role}`, person.role), where].filter(Boolean).join(' · ')}</p>
                            {begun && !person.present && <p class="role">{k('not_here')}</p>}
                        </div>
                        <Reach watcher={watcher} begun={begun} />
                    </li>
                );
            })}
        </ul>
    );
}
