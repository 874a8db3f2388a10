// Who is in the interview: everyone, also those who only watch.

import { t } from '../i18n';
import type { Person } from '../signalling/messages';
import { rosterOrder } from './stage_view';

/** What to say beside a name. */
function remarks(person: Person): string[] {
    if (person.unconfirmed === true) return [t('roster_unconfirmed')];
    if (!person.present) return [t('roster_left')];
    if (person.role === 'observer') return [t('roster_watching')];
    return [
        ...(person.audio === 'on' ? [] : [t('roster_mic_off')]),
        ...(person.video === 'on' ? [] : [t('roster_camera_off')]),
    ];
}

export function Roster({ people, self }: { people: readonly Person[]; self: string }) {
    return (
        <section class="roster" aria-labelledby="roster-heading">
            <h2 id="roster-heading">{t('roster')}</h2>
            <ul>
                {rosterOrder(people).map((person) => (
                    <li key={person.id} data-person={person.id} data-present={String(person.present)}>
                        <span class="presence" aria-hidden="true" />
                        <span class="name" dir="auto">
                            {person.name || t('tile_unnamed')}
                            {person.id === self && <span class="you"> ({t('roster_you')})</span>}
                        </span>
                        <span class="role">
                            {[t(`role_${person.role}`), person.organisation, ...remarks(person)].filter(Boolean).join(' · ')}
                        </span>
                    </li>
                ))}
            </ul>
            {people.every((person) => person.id === self) && <p class="hint">{t('roster_none')}</p>}
        </section>
    );
}
