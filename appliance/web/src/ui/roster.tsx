// Who is in the interview: everyone, also those who only watch; how what comes from them is, and what they speak.

import { useRef } from 'preact/hooks';
import { language, t } from '../i18n';
import { countryName } from '../i18n/countries';
import type { Spoken } from '../keys/letters';
import type { LinkQuality } from '../rtc/link_quality';
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

function speechText({ language, dialect, heard }: Spoken): string {
    const named = [language, dialect].filter(Boolean).join(', ');
    return heard ? t('roster_understood', { language: named }) : named;
}

export interface RosterProps {
    readonly people: readonly Person[];
    readonly self: string;
    /** By person; none: it is not known. */
    readonly qualities?: ReadonlyMap<string, LinkQuality>;
    readonly languages?: readonly Spoken[];
}

export function Roster({ people, self, qualities, languages = [] }: RosterProps) {
    // Whoever comes later is added below: nobody's line moves.
    const order = useRef<readonly string[]>([]);
    const listed = rosterOrder(people, order.current);
    order.current = listed.map(({ id }) => id);
    return (
        <section class="roster" aria-labelledby="roster-heading">
            <h2 id="roster-heading">{t('roster')}</h2>
            <ul>
                {listed.map((person) => {
                    const quality = person.present ? qualities?.get(person.id) : undefined;
                    const spoken = languages.find(({ id, language }) => id === person.id && language !== '');
                    return (
                        <li key={person.id} data-person={person.id} data-present={String(person.present)} data-quality={quality}>
                            <span class="presence" aria-hidden="true" />
                            <span class="name" dir="auto">
                                {person.name || t('tile_unnamed')}
                                {person.id === self && <span class="you"> ({t('roster_you')})</span>}
                            </span>
                            <span class="role">
                                {[t(`role_${person.role}`), countryName(person.organisation, language.value), ...remarks(person)].filter(Boolean).join(' · ')}
                            </span>
                            {spoken !== undefined && <span class="role" dir="auto">{speechText(spoken)}</span>}
                            {qualities !== undefined && person.role !== 'observer' && (
                                <span class="role quality">{quality === undefined ? '\u00a0' : t(`quality_${quality}`)}</span>
                            )}
                        </li>
                    );
                })}
            </ul>
            {people.every((person) => person.id === self) && <p class="hint">{t('roster_none')}</p>}
        </section>
    );
}
