// Who is in the interview, as the kiosk has signed it: the hub says who is present and what they publish, and neither
// what somebody is called nor that nobody else listens. Pure.

import type { Person } from '../signalling/messages';
import { roleOf } from '../signalling/messages';
import type { SignedPerson } from './letters';

/** `signed` empty: nothing is known yet, and the hub's list is all there is. */
export function confirmedPeople(people: readonly Person[], signed: readonly SignedPerson[]): readonly Person[] {
    if (signed.length === 0) return people;
    const names = new Map(signed.map((person) => [person.id, person]));
    const listed = people.map((person): Person => {
        const said = names.get(person.id);
        names.delete(person.id);
        if (said === undefined) return { ...person, unconfirmed: true };
        return { ...person, name: said.name, role: roleOf(said.role), organisation: said.organisation };
    });
    // Whoever has keys is shown, also when the hub does not mention them.
    const unmentioned = [...names.values()].map(({ id, name, role, organisation }): Person => ({
        id, name, role: roleOf(role), organisation, present: true, publishing: false, audio: 'none', video: 'none',
    }));
    return [...listed, ...unmentioned];
}
