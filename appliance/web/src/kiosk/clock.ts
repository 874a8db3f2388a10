// The time, for what counts down on the page.

import { signal } from '@preact/signals';

const tick = signal(0);

export function startClock(): void {
    setInterval(() => { tick.value += 1; }, 1_000);
}

/** What reads it is drawn again each second. */
export function now(): number {
    void tick.value;
    return Date.now();
}

/** Whole seconds from one moment to another, as minutes and seconds; nothing less than nothing. Pure. */
export function minutesAndSeconds(ms: number, locale: string | readonly string[]): string {
    const seconds = Math.max(0, Math.ceil(ms / 1_000));
    const two = new Intl.NumberFormat([locale].flat(), { minimumIntegerDigits: 2, useGrouping: false });
    return `${two.format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}
