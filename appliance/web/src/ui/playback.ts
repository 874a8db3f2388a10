// Playing what comes in. A browser may hold sound back until the person has clicked somewhere; then we ask for a click.

import { signal } from '@preact/signals';

/** True: at least one element waits for the person's permission. */
export const playBlocked = signal(false);

const elements = new Set<HTMLMediaElement>();

export function addPlayer(element: HTMLMediaElement): () => void {
    elements.add(element);
    return () => elements.delete(element);
}

export async function play(element: HTMLMediaElement): Promise<void> {
    try {
        await element.play();
    } catch (error) {
        // An AbortError only says that a newer stream has taken this one's place.
        if (error instanceof DOMException && error.name === 'NotAllowedError') playBlocked.value = true;
    }
}

/** From a click of the person. */
export function playAll(): void {
    playBlocked.value = false;
    for (const element of elements) {
        if (element.srcObject !== null) void play(element);
    }
}
