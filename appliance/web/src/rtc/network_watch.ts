// Tells when this computer's network has changed: another Wi-Fi, a cable, back from sleep.

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
