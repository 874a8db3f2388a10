// Requests of a page to its hub: as the one page of two that this browser may be signed in at, by cookie, with a
// limit of time, and never redirected: a page goes to another hub as a whole, or not at all.

/** Which of the two cookies is meant; the observers' page may go on with the login of the console's. */
export type PageName = 'console' | 'observer';

export class HubError extends Error {
    /** `status` is the HTTP status; 0 when the hub did not answer at all. */
    constructor(readonly status: number, message: string) {
        super(message);
    }
}

const kTimeoutMs = 8_000;
export const kPageHeader = 'Sightline-Page';

export interface HubReply {
    readonly reply: Response;
    readonly text: string;
}

/** Throws HubError for every status that is no success. `signal` gives up earlier. */
export async function hubFetch(
    page: PageName, url: string, method: string, headers: Record<string, string>, body: string | undefined,
    signal?: AbortSignal,
): Promise<HubReply> {
    const abort = new AbortController();
    const giveUp = (): void => abort.abort();
    const timer = setTimeout(giveUp, kTimeoutMs);
    signal?.addEventListener('abort', giveUp);
    try {
        const reply = await fetch(url, {
            method, headers: { ...headers, [kPageHeader]: page }, signal: abort.signal, ...(body !== undefined && { body }),
            cache: 'no-store', credentials: 'include', redirect: 'manual',
        });
        if (reply.type === 'opaqueredirect') throw new HubError(307, 'Another hub has this.');
        const text = await reply.text();
        if (!reply.ok) throw new HubError(reply.status, `The hub answered ${reply.status}.`);
        return { reply, text };
    } catch (error) {
        if (error instanceof HubError) throw error;
        throw new HubError(0, 'The hub cannot be reached.');
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
    }
}

/** Posts JSON to a path of the hub and reads a JSON object, or nothing, back. */
export async function postJson(
    hub: string, page: PageName, path: string, body: object = {},
): Promise<Record<string, unknown>> {
    const headers = { 'Content-Type': 'application/json' };
    const { text } = await hubFetch(page, `${hub}${path}`, 'POST', headers, JSON.stringify(body));
    if (text === '') return {};
    try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {
        // Said below.
    }
    throw new HubError(0, 'The hub answered with something else than JSON.');
}

export const textOf = (reply: Record<string, unknown>, member: string): string => {
    const value = reply[member];
    return typeof value === 'string' ? value.slice(0, 200) : '';
};

export interface Ticket {
    /** For one hello on the control socket, soon. */
    readonly ticket: string;
    readonly name: string;
    readonly participant: string;
    readonly role: string;
}

/** Throws HubError; 401: this page is not signed in. */
export async function fetchTicket(hub: string, page: PageName): Promise<Ticket> {
    const reply = await postJson(hub, page, '/v1/tickets');
    const { ticket } = reply;
    if (typeof ticket !== 'string') throw new HubError(0, 'The hub gave no ticket.');
    return { ticket, name: textOf(reply, 'name'), participant: textOf(reply, 'participant'), role: textOf(reply, 'role') };
}
