// How what comes from each person is, by person; and how the link to the applicant is, for the stamp of a note.

import { computed, type ReadonlySignal } from '@preact/signals';
import type { Connection } from '../rtc/connection_words';
import type { Downlink } from '../rtc/downlink';
import type { LinkQuality } from '../rtc/link_quality';
import { QualityWatch } from '../rtc/quality_watch';
import type { ControlSocket } from '../signalling/control';

export type Qualities = ReadonlyMap<string, LinkQuality>;

export function qualitiesOf(control: ControlSocket, down: Downlink): ReadonlySignal<Qualities> {
    const watch = new QualityWatch(down);
    return computed((): Qualities => {
        const people = control.slots.value.get(down.resource.value) ?? [];
        const live = control.standing.value.state === 'live';
        return new Map(watch.slots.value.flatMap((quality, slot) => {
            const person = people[slot];
            return live && quality !== undefined && typeof person === 'string' ? [[person, quality] as const] : [];
        }));
    });
}

/** `link_…` in the catalogues. */
export function linkNow(connection: Connection, control: ControlSocket, qualities: Qualities): string {
    if (connection !== 'connected' && connection !== 'back') return 'lost';
    if (control.standing.value.state !== 'live') return 'paused';
    const applicant = control.people.value.find(({ role }) => role === 'applicant');
    return qualities.get(applicant?.id ?? '') ?? 'unknown';
}
