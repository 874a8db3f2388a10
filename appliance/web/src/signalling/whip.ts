// WHIP (RFC 9725) and WHEP over fetch: an offer goes out, an answer comes back; PATCH restarts ICE; DELETE leaves.
// Both protocols are the same requests at two paths, so one client serves both.

import { HubError, hubFetch, kPageHeader, type HubReply, type PageName } from './hub_api';

export interface Resource {
    readonly url: string;
    /** The last part of the URL; the control socket's `slots` message names it. */
    readonly id: string;
    readonly answer: string;
}

export class WhipClient {
    /** `endpoint` is the absolute URL of /v1/whip or /v1/whep. */
    constructor(private readonly endpoint_: string, private readonly page_: PageName) {}

    async post(offer: string, signal: AbortSignal): Promise<Resource> {
        const { reply, text } = await this.request(
            this.endpoint_, 'POST', { 'Content-Type': 'application/sdp' }, offer, signal);
        const location = reply.headers.get('Location');
        if (reply.status !== 201 || location === null)
            throw new HubError(reply.status, 'The hub answered the offer without a Location.');
        const url = new URL(location, this.endpoint_);
        // We speak with the hub that we are signed in at, and with nobody a reply may name.
        if (url.origin !== new URL(this.endpoint_).origin)
            throw new HubError(reply.status, 'The hub named a Location at another origin.');
        return { url: url.href, id: url.pathname.split('/').pop() ?? '', answer: text };
    }

    /** Returns the hub's fragment with its new credentials. */
    async restart(resource: Resource, fragment: string, signal: AbortSignal): Promise<string> {
        const headers = { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' };
        const { reply, text } = await this.request(resource.url, 'PATCH', headers, fragment, signal);
        if (reply.status !== 200) throw new HubError(reply.status, 'The hub did not restart ICE.');
        return text;
    }

    /** Fire and forget: also used while the page is going away, when no answer can be waited for. */
    remove(resource: Resource): void {
        const headers = { [kPageHeader]: this.page_ };
        void fetch(resource.url, { method: 'DELETE', headers, keepalive: true, credentials: 'include' }).catch(
            () => undefined, // The hub notices by itself that nobody is there.
        );
    }

    private request(
        url: string, method: string, headers: Record<string, string>, body: string, signal: AbortSignal,
    ): Promise<HubReply> {
        return hubFetch(this.page_, url, method, headers, body, signal);
    }
}
