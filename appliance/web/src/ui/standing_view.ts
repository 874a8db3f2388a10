// What the state of the interview means for a page: what to say of it, and when nobody is to be seen. Pure.

import { isKey, type Key } from '../i18n';
import type { Standing } from '../signalling/messages';

export type Watcher = 'interviewer' | 'observer';

/**
 * In a pause the hub sends nothing; the page does not wait for that, but takes pictures and voices away with the word
 * of the pause. Everything else about who sees whom is the hub's matter.
 */
export function nobodyToSee(standing: Standing, watcher: Watcher): boolean {
    if (standing.state !== 'paused') return standing.state === 'ended';
    return standing.pause !== 'private-talk' || watcher === 'observer';
}

type Slots = readonly (string | null)[];

export const shownSlots = (slots: Slots, standing: Standing, watcher: Watcher): Slots =>
    nobodyToSee(standing, watcher) ? slots.map(() => null) : slots;

export function standingKey(standing: Standing, watcher: Watcher): Key {
    if (standing.state !== 'paused') return `standing_${standing.state}`;
    if (standing.pause === 'private-talk' && watcher === 'observer') return 'pause_private-talk_observer';
    return `pause_${standing.pause ?? 'break'}`;
}

/** How it ended, when that is known and may be told. */
export function endingKey(reason: string): Key | undefined {
    const key = `ended_how_${reason}`;
    return isKey(key) ? key : undefined;
}
