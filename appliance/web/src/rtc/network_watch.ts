// Tells when this computer's network has changed: another Wi-Fi, a cable, back from sleep; and when the page is looked at
// again after its screen was locked.

export function onNetworkChange(changed: () => void): void {
    addEventListener('online', changed);
    const connection = (navigator as Navigator & { connection?: EventTarget }).connection;
    let kind = kindOf(connection);
    connection?.addEventListener('change', () => {
        // The event also fires for every new estimate of the rate; only another kind of link is a change.
        const now = kindOf(connection);
        if (now !== kind) changed();
        kind = now;
    });
}

const kindOf = (connection: EventTarget | undefined): string =>
    (connection as { type?: string } | undefined)?.type ?? '';

/** Shorter absences leave connections alone. */
const kAwayMs = 10_000;

/** A browser may have stopped the page while nobody saw it, and its connections with it. */
export function onWakeUp(awake: () => void): void {
    let hiddenAt: number | undefined;
    document.addEventListener('visibilitychange', () => {
        const now = Date.now(); // Goes on while a computer sleeps.
        if (document.hidden) hiddenAt ??= now;
        else {
            if (hiddenAt !== undefined && now - hiddenAt >= kAwayMs) awake();
            hiddenAt = undefined;
        }
    });
}
