// The time, for what counts down on the page.

import { signal } from '@preact/signals';

export const now = signal(Date.now());

export function startClock(): void {
    setInterval(() => { now.value = Date.now(); }, 1_000);
}

/** Whole seconds from one moment to another, as minutes and seconds; nothing less than nothing. Pure. */
export function minutesAndSeconds(ms: number, language: string): string {
    const seconds = Math.max(0, Math.ceil(ms / 1_000));
    const two = new Intl.NumberFormat(language, { minimumIntegerDigits: 2, useGrouping: false });
    return `${two.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}
