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

/** Seats beside the applicant. */
export const kSeats = 5;

/** Who sits where beside the applicant: by seat, a participant's id or nobody. */
export type Seats = readonly (string | undefined)[];

/**
 * Whoever is there keeps the seat they had, also over a pause, and whoever comes takes the first free one: nobody moves
 * when somebody joins or leaves. `shown`: those with a picture now; `around`: those who may come back to their seat.
 */
export function seated(before: Seats, shown: readonly string[], around: readonly string[]): Seats {
    const seats = Array.from({ length: kSeats }, (_, seat) => {
        const id = before[seat];
        return id !== undefined && (shown.includes(id) || around.includes(id)) ? id : undefined;
    });
    for (const id of shown) {
        if (seats.includes(id)) continue;
        const free = seats.indexOf(undefined);
        // Nobody's is free but one of somebody who is away.
        const seat = free >= 0 ? free : seats.findIndex((other) => other !== undefined && !shown.includes(other));
        if (seat >= 0) seats[seat] = id;
    }
    return seats;
}

const kOrder = ['applicant', 'interviewer', 'interpreter', 'staff', 'other', 'observer'];

/**
 * The roster in the order people look for: present ones first, then by role, then by name. Those who were listed
 * `before` keep their order, and others follow.
 */
export function rosterOrder(people: readonly Person[], before: readonly string[] = []): readonly Person[] {
    const place = ({ id }: Person): number => (before.includes(id) ? before.indexOf(id) : before.length);
    return [...people].sort(
        (a, b) =>
            place(a) - place(b) ||
            Number(b.present) - Number(a.present) ||
            kOrder.indexOf(a.role) - kOrder.indexOf(b.role) ||
            a.name.localeCompare(b.name),
    );
}
