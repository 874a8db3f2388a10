// WHIP (RFC 9725) and WHEP over fetch: an offer goes out, an answer comes back; PATCH restarts ICE; DELETE leaves.
// Both protocols are the same requests at two paths, so one client serves both.

export class SignallingError extends Error {
    /** `status` is the HTTP status; 0 when the hub did not answer at all. */
    constructor(readonly status: number, message: string) {
        super(message);
    }
}

export interface Resource {
    readonly url: string;
    /** The last part of the URL; the control socket's `slots` message names it. */
    readonly id: string;
    readonly answer: string;
}

const kTimeoutMs = 8_000;

export class WhipClient {
    /** `endpoint` is the absolute URL of /v1/whip or /v1/whep. */
    constructor(private readonly endpoint_: string, private readonly token_: string) {}

    async post(offer: string, signal: AbortSignal): Promise<Resource> {
        const { reply, text } = await this.request(
            this.endpoint_, 'POST', { 'Content-Type': 'application/sdp' }, offer, signal);
        const location = reply.headers.get('Location');
        if (reply.status !== 201 || location === null)
            throw new SignallingError(reply.status, 'The hub answered the offer without a Location.');
        const url = new URL(location, this.endpoint_);
        // A token is sent to the hub it was meant for, and to nobody a reply may name.
        if (url.origin !== new URL(this.endpoint_).origin)
            throw new SignallingError(reply.status, 'The hub named a Location at another origin.');
        return { url: url.href, id: url.pathname.split('/').pop() ?? '', answer: text };
    }

    /** Returns the hub's fragment with its new credentials. */
    async restart(resource: Resource, fragment: string, signal: AbortSignal): Promise<string> {
        const headers = { 'Content-Type': 'application/trickle-ice-sdpfrag', 'If-Match': '*' };
        const { reply, text } = await this.request(resource.url, 'PATCH', headers, fragment, signal);
        if (reply.status !== 200) throw new SignallingError(reply.status, 'The hub did not restart ICE.');
        return text;
    }

    /** Fire and forget: also used while the page is going away, when no answer can be waited for. */
    remove(resource: Resource): void {
        void fetch(resource.url, { method: 'DELETE', headers: this.authorisation(), keepalive: true }).catch(
            () => undefined, // The hub notices by itself that nobody is there.
        );
    }

    private authorisation(): Record<string, string> {
        return { Authorization: `Bearer ${this.token_}` };
    }

    private async request(
        url: string, method: string, headers: Record<string, string>, body: string, signal: AbortSignal,
    ): Promise<{ reply: Response; text: string }> {
        const abort = new AbortController();
        const giveUp = (): void => abort.abort();
        const timer = setTimeout(giveUp, kTimeoutMs);
        signal.addEventListener('abort', giveUp);
        try {
            const reply = await fetch(url, {
                method, body, headers: { ...this.authorisation(), ...headers }, signal: abort.signal,
                cache: 'no-store', credentials: 'omit', redirect: 'error',
            });
            const text = await reply.text();
            if (!reply.ok) throw new SignallingError(reply.status, `The hub answered ${reply.status}.`);
            return { reply, text };
        } catch (error) {
            if (error instanceof SignallingError) throw error;
            throw new SignallingError(0, 'The hub cannot be reached.');
        } finally {
            clearTimeout(timer);
            signal.removeEventListener('abort', giveUp);
        }
    }
}
