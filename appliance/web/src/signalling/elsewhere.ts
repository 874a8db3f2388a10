// Of several hubs one has the interview. A page that came to another one is told which, and goes there itself: then
// everything it says stays within one origin, and no hub needs to let another one's pages in.

import { fragmentOf, type Link } from '../keys/link';
import { fetchTicket, HubError, postJson, textOf, type PageName, type Ticket } from './hub_api';
import { hubOrigin, originOf, pageFacts, type PageFacts } from './hub_url';

/** What hubFetch makes of a redirect, of which browsers tell a page nothing else. */
export const kMoved = 307;

/**
 * Where this page is at the hub `origin`; undefined: a place that it may not go to. A page that its hub serves is there
 * too; one from elsewhere stays where it is, and speaks only with hubs that it allows.
 */
export function addressAt(facts: PageFacts, path: string, origin: string, fragment: string): string | undefined {
    const target = originOf(origin);
    const now = hubOrigin(facts);
    if (target === undefined || target === now) return undefined;
    if (facts.origin.startsWith('https:') && !target.startsWith('https:')) return undefined;
    if (now === facts.origin) return target + path + fragment;
    const there = hubOrigin({ ...facts, query: `?hub=${encodeURIComponent(target)}` });
    return there === target ? `${facts.origin}${path}?hub=${encodeURIComponent(target)}${fragment}` : undefined;
}

/** False: the page stays. The person's invitation goes with them. */
export function moveTo(origin: string, link?: Link): boolean {
    const address = addressAt(pageFacts(), location.pathname, origin, link === undefined ? '' : fragmentOf(link));
    if (address === undefined) return false;
    location.replace(address);
    return true;
}

async function sha256Hex(text: string): Promise<string> {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The origin of another hub that has this invitation's interview, or this login's; empty: none that is known. */
async function placeOf(hub: string, page: PageName, link?: Link): Promise<string> {
    // Its hash: the invitation itself is used by the person's click only.
    const question = link === undefined ? {} : { invitation_sha256: await sha256Hex(link.token) };
    return textOf(await postJson(hub, page, '/v1/place', question), 'origin');
}

/** True: `error` says that another hub has the interview, and the page is on its way there. */
export async function follows(error: unknown, hub: string, page: PageName, link?: Link): Promise<boolean> {
    if (!(error instanceof HubError) || error.status !== kMoved) return false;
    return moveTo(await placeOf(hub, page, link), link);
}

/** As fetchTicket; a page whose login counts at another hub goes there. */
export async function ticketOrMove(hub: string, page: PageName): Promise<Ticket> {
    try {
        return await fetchTicket(hub, page);
    } catch (error) {
        await follows(error, hub, page);
        throw error;
    }
}
