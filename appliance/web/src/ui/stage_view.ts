// Who is shown where: from the slots of our way down and the roster. Pure.

import type { Person } from '../signalling/messages';

export interface StageView {
    /** Index: slot number. Undefined: nobody is in this slot. */
    readonly people: readonly (Person | undefined)[];
    /** The slot shown large. Undefined: nobody's. */
    readonly featured: number | undefined;
    /** The applicant is expected, but not seen: the large place says so instead. */
    readonly waiting: boolean;
}

/** `self` is never shown among the others. Somebody unknown to the roster is not shown: every picture has a name. */
export function stageView(slots: readonly (string | null)[], people: readonly Person[], self: string): StageView {
    const byId = new Map(people.map((person) => [person.id, person]));
    const shown = slots.map((id) => (id === null || id === self ? undefined : byId.get(id)));
    const applicant = shown.findIndex((person) => person?.role === 'applicant');
    return { people: shown, featured: applicant < 0 ? undefined : applicant, waiting: applicant < 0 };
}

const kOrder = ['applicant', 'interviewer', 'interpreter', 'staff', 'other', 'observer'];

/** The roster in the order people look for: present ones first, then by role, then by name. */
export function rosterOrder(people: readonly Person[]): readonly Person[] {
    return [...people].sort(
        (a, b) =>
            Number(b.present) - Number(a.present) ||
            kOrder.indexOf(a.role) - kOrder.indexOf(b.role) ||
            a.name.localeCompare(b.name),
    );
}
