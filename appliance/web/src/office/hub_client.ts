// Sync over HTTP, as storage/sync/FORMAT.md has it: a ticket for the proof of this page's key, then ops up and down. Every
// request ends within a time, and what came of a pull before the link broke is kept.

import type { JWK } from 'jose';
import type { Bytes } from '../keys/base64url';
import { isObject, parseJson, type Json } from '../sync/json_text';
import { signJws } from '../sync/jws';
import type { OpHash, SiteId } from '../sync/names';
import { chainIn, isHash, numberIn } from '../sync/names';
import type { Fork } from '../sync/op_chain';
import type { Mark } from '../sync/replica';

const kTicketPurpose = 'sightline-sync';
const kTimeoutMs = 30_000;
const kPullBytes = 256 * 1024;
const kMaxAnswer = 4 * 1024 * 1024;
export const kMaxSendBytes = 1024 * 1024;

export class SyncError extends Error {
    /** `status` is the HTTP status; 0: nobody answered, or something else than a hub. */
    constructor(readonly status: number, message: string) {
        super(message);
    }
}

export interface Ticket {
    readonly ticket: string;
    readonly hub: JWK;
    readonly circle: string;
    readonly receipts: readonly string[];
    readonly fork: Fork | undefined;
}
export interface Taken {
    readonly taken: number;
    readonly receipt: string | undefined;
    readonly expected: number | undefined; // of a gap
    readonly fork: Fork | undefined;
}
export interface Pulled {
    readonly ops: readonly string[];
    readonly more: boolean;
}

interface Reply {
    readonly bytes: Bytes;
    readonly cut: boolean; // the link broke in the middle
    readonly headers: Headers;
}

function forkIn(value: Json | undefined): Fork | undefined {
    if (!isObject(value)) return undefined;
    const chain = chainIn(value);
    const { had, offered } = value;
    if (chain === undefined || !isHash(had) || !isHash(offered)) return undefined;
    return { chain, seq: numberIn(value, 'seq') ?? 0, had, offered };
}

/** A character for each byte, as ops are handled. */
const latin1 = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
};

/** The whole ops, of two lines each. */
export function opsIn(text: string): readonly string[] {
    const lines = text.split('\n');
    lines.pop(); // What comes after the last line feed: nothing, or the beginning of a line.
    const ops: string[] = [];
    for (let at = 0; at + 1 < lines.length; at += 2) ops.push(`${lines[at]}\n${lines[at + 1]}`);
    return ops;
}

async function readAll(reply: Response): Promise<Pick<Reply, 'bytes' | 'cut'>> {
    const parts: Uint8Array[] = [];
    let size = 0;
    let cut = false;
    const reader = reply.body?.getReader();
    try {
        for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
            size += part.value.length;
            if (size > kMaxAnswer) throw new SyncError(0, 'The hub’s answer is too long.');
            parts.push(part.value);
        }
    } catch (error) {
        if (error instanceof SyncError) throw error;
        cut = true;
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
    }
    return { bytes, cut };
}

export class HubClient {
    private ticket_ = '';

    constructor(private readonly hub_: string, private readonly fetch_: typeof fetch = (...request) => fetch(...request)) {}

    async ticket(site: SiteId, key: CryptoKey): Promise<Ticket> {
        this.ticket_ = '';
        const { challenge } = await this.json('challenge', '');
        if (typeof challenge !== 'string' || challenge.length > 1024) throw new SyncError(0, 'The hub asks nothing.');
        const proof = await signJws(JSON.stringify({ site, challenge }), kTicketPurpose, key);
        const reply = await this.json('ticket', JSON.stringify({ site, proof }));
        const { ticket, hub, circle, receipts } = reply;
        if (typeof ticket !== 'string' || !isObject(hub) || typeof circle !== 'string')
            throw new SyncError(0, 'The hub gave no ticket.');
        this.ticket_ = ticket;
        const given = Array.isArray(receipts) ? receipts as readonly Json[] : [];
        return {
            ticket, hub: hub as unknown as JWK, circle, fork: forkIn(reply['fork']),
            receipts: given.filter((each): each is string => typeof each === 'string'),
        };
    }

    get hasTicket(): boolean { return this.ticket_ !== ''; }
    dropTicket(): void { this.ticket_ = ''; }

    /** At most `kMaxSendBytes` of them. */
    async send(ops: readonly string[]): Promise<Taken> {
        const reply = await this.json('ops', ops.map((op) => `${op}\n`).join(''));
        const { receipt } = reply;
        return {
            taken: numberIn(reply, 'taken') ?? 0,
            receipt: typeof receipt === 'string' ? receipt : undefined,
            expected: numberIn(reply, 'expected'),
            fork: forkIn(reply['fork']),
        };
    }

    async pull(marks: readonly Mark[]): Promise<Pulled> {
        const body = JSON.stringify({
            marks: marks.map(({ chain, seq }) => [chain.site, chain.incarnation, seq]), bytes: kPullBytes,
        });
        const { bytes, cut, headers } = await this.request('POST', 'pull', body);
        const ops = opsIn(latin1(bytes));
        if (cut && ops.length === 0) throw new SyncError(0, 'The hub’s answer broke off.');
        return { ops, more: cut || headers.get('Sightline-More') === 'yes' };
    }

    /** To be compared with its name. */
    async chunk(name: OpHash): Promise<Bytes> {
        const { bytes, cut } = await this.request('GET', `chunks/${name}`, undefined);
        if (cut) throw new SyncError(0, 'The hub’s answer broke off.');
        return bytes;
    }

    private async json(path: string, body: string): Promise<{ readonly [name: string]: Json }> {
        const { bytes, cut } = await this.request('POST', path, body);
        const value = cut ? undefined : parseJson(new TextDecoder().decode(bytes), 8);
        if (!isObject(value)) throw new SyncError(0, 'The hub answered with something else than JSON.');
        return value;
    }

    private async request(method: string, path: string, body: string | undefined): Promise<Reply> {
        const abort = new AbortController();
        const timer = setTimeout(() => abort.abort(), kTimeoutMs);
        const type = body === undefined || path === 'ops' ? 'application/octet-stream' : 'application/json';
        try {
            const reply = await this.fetch_(`${this.hub_}/v1/sync/${path}`, {
                method, signal: abort.signal, cache: 'no-store', credentials: 'omit', redirect: 'error',
                headers: {
                    ...(body === undefined || body === '' ? {} : { 'Content-Type': type }),
                    ...(this.ticket_ === '' ? {} : { Authorization: `Bearer ${this.ticket_}` }),
                },
                ...(body === undefined ? {} : { body: Uint8Array.from(body, (letter) => letter.charCodeAt(0)) }),
            });
            const read = await readAll(reply);
            if (reply.status === 401) this.ticket_ = '';
            if (!reply.ok) throw new SyncError(reply.status, `The hub answered ${reply.status}.`);
            return { ...read, headers: reply.headers };
        } catch (error) {
            if (error instanceof SyncError) throw error;
            throw new SyncError(0, 'The hub cannot be reached.');
        } finally {
            clearTimeout(timer);
        }
    }
}
