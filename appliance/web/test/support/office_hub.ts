// A hub as storage/sync/FORMAT.md describes it over HTTP, in memory: it checks proofs and chains, gives receipts and reads
// nothing. With the faults that a real one or a bad link may have.

import { opsIn } from '../../src/office/hub_client';
import { signJws, Verifying } from '../../src/sync/jws';
import { parseOp, type Op } from '../../src/sync/op';
import { AllChains, type Fork } from '../../src/sync/op_chain';
import { kReceiptPurpose, textOfReceipt } from '../../src/sync/receipt';
import { Refusal } from '../../src/sync/refusal';
import type { Delegation } from './office_circle';

interface Row {
    readonly op: Op;
    readonly receipt: string;
}
interface Answer {
    readonly status: number;
    readonly body: string;
    readonly headers?: Record<string, string>;
}

const json = (value: unknown, status = 200): Answer =>
    ({ status, body: JSON.stringify(value), headers: { 'Content-Type': 'application/json' } });
const problem = (status: number, detail: string): Answer => json({ status, detail }, status);

const forkJson = (fork: Fork | undefined): unknown =>
    (fork === undefined ? null : { ...fork.chain, seq: fork.seq, had: fork.had, offered: fork.offered });

export class OfficeHub {
    readonly rows: Row[] = [];
    readonly requests: string[] = [];
    readonly chunks = new Map<string, Uint8Array<ArrayBuffer>>();
    circle = '';
    /** Nobody answers. */
    away = false;
    /** Answers of a pull break off after so many bytes, once. */
    cutAfter: number | undefined;
    /** The next answer to ops is lost on its way: the hub has them. */
    loseAnswer = false;
    pullBytes = 4_000;

    private readonly chains_ = new AllChains();
    private readonly tickets_ = new Map<string, string>();
    private challenges_ = 0;

    constructor(private readonly delegation_: Delegation) {}

    readonly fetch: typeof fetch = async (input, init) => {
        if (this.away) throw new TypeError('no network');
        const url = new URL(String(input));
        const body = init?.body === undefined ? '' : Buffer.from(init.body as Uint8Array).toString('latin1');
        const authorization = new Headers(init?.headers).get('Authorization') ?? '';
        const path = url.pathname.replace('/v1/sync/', '');
        const answer = await this.handle(path, body, authorization);
        if (this.loseAnswer && path === 'ops') {
            this.loseAnswer = false;
            throw new TypeError('the line broke');
        }
        let bytes = Buffer.from(answer.body, 'latin1');
        const cut = path === 'pull' ? this.cutAfter : undefined;
        if (cut !== undefined) {
            this.cutAfter = undefined;
            bytes = bytes.subarray(0, cut);
        }
        let given = false;
        const stream = new ReadableStream<Uint8Array>({
            // Given first, broken when more is asked for.
            pull: (controller) => {
                if (!given) {
                    given = true;
                    if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
                    else controller.close();
                } else if (cut === undefined) {
                    controller.close();
                } else {
                    controller.error(new TypeError('the line broke'));
                }
            },
        }, { highWaterMark: 0 });
        return new Response(stream, { status: answer.status, headers: answer.headers ?? {} });
    };

    async handle(path: string, body: string, authorization: string): Promise<Answer> {
        this.requests.push(path.split('/')[0] ?? '');
        if (path === 'challenge') return json({ challenge: `c${++this.challenges_}` });
        if (path === 'ticket') return this.ticket(body);
        const site = this.tickets_.get(authorization.replace('Bearer ', ''));
        if (site === undefined) return problem(401, 'fetch a new ticket');
        if (path === 'ops') return this.take(site, body);
        if (path === 'pull') return this.give(body);
        const chunk = this.chunks.get(path.replace('chunks/', ''));
        return chunk === undefined ? problem(404, 'no such chunk') : { status: 200, body: Buffer.from(chunk).toString('latin1') };
    }

    /** Tickets of before are worth nothing. */
    forgetTickets(): void {
        this.tickets_.clear();
    }

    /** As if the site had brought it. */
    async add(text: string): Promise<Op> {
        const op = await parseOp(text, this.verifier());
        const judgement = this.chains_.of(op.envelope.chain.site).judge(op.envelope, op.hash);
        if (judgement.verdict === 'fork' && judgement.fork !== undefined) this.chains_.close(judgement.fork);
        if (judgement.verdict !== 'next') throw new Error(judgement.verdict);
        this.chains_.append(op.envelope, op.hash);
        const { chain, seq } = op.envelope;
        const receipt = await signJws(textOfReceipt({ chain, seq, op: op.hash, position: this.rows.length + 1 }),
            kReceiptPurpose, this.delegation_.hub.key);
        this.rows.push({ op, receipt });
        return op;
    }

    private verifier() {
        const by = async (site: string, jws: string, purpose: string): Promise<string> => {
            const known = this.delegation_.sites.find((each) => each.site === site);
            const key = known === undefined ? undefined : await Verifying.of(known.signing);
            if (key === undefined) throw new Refusal('unauthorized', 'no such site');
            return key.verify(jws, purpose);
        };
        return { verifySite: by, verifyHub: () => Promise.reject(new Refusal('forbidden', 'not here')) };
    }

    private async ticket(body: string): Promise<Answer> {
        const { site, proof } = JSON.parse(body) as { site: string; proof: string };
        const said = JSON.parse(await this.verifier().verifySite(site, proof, 'sightline-sync')) as Record<string, unknown>;
        if (said['site'] !== site || said['challenge'] !== `c${this.challenges_}`) return problem(403, 'no proof');
        const ticket = `t${this.challenges_}`;
        this.tickets_.set(ticket, site);
        const newest = new Map(this.rows.filter(({ op }) => op.envelope.chain.site === site)
            .map(({ op, receipt }) => [op.envelope.chain.incarnation, receipt] as const));
        return json({
            ticket, seconds: 600, hub: this.delegation_.hub.jwk, circle: this.circle, receipts: [...newest.values()],
            fork: forkJson(this.chains_.of(site).fork), position: this.rows.length,
        });
    }

    private async take(site: string, body: string): Promise<Answer> {
        let taken = 0;
        let receipt: string | null = null;
        for (const text of opsIn(body)) {
            const op = await parseOp(text, this.verifier());
            if (op.envelope.chain.site !== site) return problem(403, 'another site’s');
            const judgement = this.chains_.of(site).judge(op.envelope, op.hash);
            if (judgement.verdict === 'next') await this.add(text);
            else if (judgement.verdict !== 'duplicate') {
                if (judgement.fork !== undefined) this.chains_.close(judgement.fork);
                return json({ taken, receipt, expected: judgement.expected || null, fork: forkJson(judgement.fork) });
            }
            ++taken;
            receipt = this.rows.find((row) => row.op.hash === op.hash)?.receipt ?? null;
        }
        return json({ taken, receipt, expected: null, fork: null });
    }

    private give(body: string): Answer {
        const { marks } = JSON.parse(body) as { marks: readonly [string, number, number][] };
        const after = (op: Op): boolean => !marks.some(([site, incarnation, seq]) => op.envelope.chain.site === site
            && op.envelope.chain.incarnation === incarnation && op.envelope.seq <= seq);
        let given = '';
        const left = this.rows.filter(({ op }) => after(op));
        let count = 0;
        for (const { op } of left) {
            if (given.length >= this.pullBytes) break;
            given += `${op.text}\n`;
            ++count;
        }
        return { status: 200, body: given, headers: count < left.length ? { 'Sightline-More': 'yes' } : {} };
    }
}
