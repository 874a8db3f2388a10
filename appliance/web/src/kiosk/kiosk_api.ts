// Requests to the kiosk that serves this page: the same as on its control socket, one POST each.

/** A sentence for people comes with every refusal, but where the kiosk did not answer at all. */
export interface Refusal {
    readonly ok: false;
    readonly code: string;
    readonly error: string;
}
export type Reply<T> = ({ readonly ok: true } & T) | Refusal;
export type Members = Readonly<Record<string, unknown>>;

/** The code of a refusal that is none: nobody answered, or nothing that could be read. */
export const kUnreachable = 'unreachable';
/** The code of what the page refuses itself, in the language of whoever reads it. */
export const kOwnWords = 'own-words';
const kSilence: Refusal = { ok: false, code: kUnreachable, error: '' };

/** A PIN is stretched for a while, and the self-test tries a line. */
const kPatienceMs = 20_000;

export class KioskApi {
    constructor(private readonly fetch_: typeof fetch = (...all) => fetch(...all)) {}

    async ask<T = object>(verb: string, members: Members = {}): Promise<Reply<T>> {
        try {
            const response = await this.fetch_('/v1/do', {
                method: 'POST', headers: { 'Content-Type': 'application/json' }, cache: 'no-store', credentials: 'omit',
                body: JSON.stringify({ do: verb, ...members }), signal: AbortSignal.timeout(kPatienceMs),
            });
            const reply: unknown = await response.json();
            if (typeof reply !== 'object' || reply === null || typeof (reply as { ok?: unknown }).ok !== 'boolean') return kSilence;
            return reply as Reply<T>;
        } catch {
            return kSilence;
        }
    }
}
