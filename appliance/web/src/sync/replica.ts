// One site's side of sync: the ops it made and must send, those of others that it took, and the dossiers that they amount
// to. Nothing changes here before it is on the disk:
//
//     decide   make, judge, judgeReceipt    what is to be stored
//     store                                 the caller's one transaction
//     apply    apply, acknowledge, close    cannot fail
//
// and after a reload `restore` is given the ops in the order in which they were stored, then the newest receipts and the
// forks. Keys work asynchronously: nobody may apply anything between a decision and its own application.

import { DossierHistory } from './dossier_history';
import { kZeroHash, type ChainId, type OpHash, type Pseudonym } from './names';
import { kMaxParents, parseOp, signOp, type Op, type Verifier } from './op';
import { AllChains, type ChainHead, type Fork, type Judgement, type SiteChains } from './op_chain';
import { checkContent, parseContent, textOfContent, type OpContent } from './op_content';
import { verifyReceipt, type Receipt } from './receipt';
import { Refusal } from './refusal';
import type { Sealer } from './seal';

/** An op that was made or has come, and what is to be done about it. */
export interface Arrival {
    readonly op: Op;
    readonly judgement: Judgement;
    readonly content: OpContent | undefined; // of `next`: undefined if this site cannot read it
    readonly unreadable: string; // why not
    readonly own: boolean; // made here, and to be sent
}

export interface Acknowledgement {
    readonly receipt: Receipt;
    readonly fork: Fork | undefined; // the hub has of this site what this site does not have
}

export interface Mark {
    readonly chain: ChainId;
    readonly seq: number;
}

interface Sent {
    readonly chain: ChainId;
    readonly seq: number;
    readonly text: string;
}

const forkText = ({ chain, seq }: Fork): string =>
    `sync site ${chain.site.slice(0, 6)}: it has two pasts from its op ${seq} of incarnation ${chain.incarnation} on, so it was `
    + 'cloned or set back; nothing new of it is taken';

export class Replica {
    private readonly chains_ = new AllChains();
    private readonly dossiers_ = new Map<Pseudonym, DossierHistory>();
    private readonly outbox_: Sent[] = []; // by incarnation, then number

    constructor(
        readonly self: ChainId, private readonly key_: CryptoKey, private readonly sealer_: Sealer,
        private readonly verifier_: Verifier,
    ) {}

    /** Set: this site's own chain has two pasts. It writes, sends and asks no more, and says so. */
    get stopped(): Fork | undefined { return this.own.fork; }
    get head(): ChainHead { return this.own.head(this.self.incarnation); }
    get dossiers(): ReadonlyMap<Pseudonym, DossierHistory> { return this.dossiers_; }
    get forks(): readonly Fork[] { return this.chains_.forks; }
    get unacknowledged(): number { return this.outbox_.length; }
    private get own(): SiteChains { return this.chains_.of(this.self.site); }

    /** `seen`: the heads that its author had before their eyes; by default those of now. */
    async make(dossier: Pseudonym, content: OpContent, seen?: readonly OpHash[]): Promise<Arrival> {
        this.refuseIfStopped();
        checkContent(content);
        const history = this.dossiers_.get(dossier);
        // Of more heads than an op may name, the rest stays concurrent to it, for the next one.
        const parents = seen ?? (history?.heads() ?? []).slice(0, kMaxParents);
        if (!parents.every((head) => history?.has(head)))
            throw new Refusal('not_found', 'make an op: what it is to follow is not in effect here');
        const { seq, hash } = this.head;
        const place = { chain: this.self, seq: seq + 1, previous: hash, dossier, parents };
        history?.roomFor({ ...place, sealed: kZeroHash });
        const text = textOfContent(content, place);
        const said = parseContent(text, place); // As everybody else will read it.
        const op = await signOp(place, await this.sealer_.seal(text), this.key_);
        const judgement = { verdict: 'next', expected: 0, fork: undefined, oldIncarnation: false } as const;
        return { op, judgement, content: said, unreadable: '', own: true };
    }

    /** An op that has come. Refuses: what `parseOp` does; conflict: this site was stopped; exhausted: again later. */
    async judge(text: string): Promise<Arrival> {
        this.refuseIfStopped();
        const op = await parseOp(text, this.verifier_);
        const judgement = this.judged(op);
        if (judgement.verdict !== 'next') return { op, judgement, content: undefined, unreadable: '', own: false };
        this.dossiers_.get(op.envelope.dossier)?.roomFor(op.envelope);
        return { op, judgement, ...await this.read(op), own: false };
    }

    /** Of verdict next, once it is stored. The ops that took effect. */
    apply({ op, content, own }: Arrival): readonly OpHash[] {
        const { envelope, hash, text } = op;
        this.chains_.append(envelope, hash);
        if (own) this.outbox_.push({ chain: envelope.chain, seq: envelope.seq, text });
        let history = this.dossiers_.get(envelope.dossier);
        if (history === undefined) this.dossiers_.set(envelope.dossier, history = new DossierHistory());
        return history.insert(envelope, hash, content);
    }

    /** From the own disk. Refuses: what `parseOp` does; conflict: an op before it is missing, so the disk lies. */
    async restore(text: string): Promise<readonly OpHash[]> {
        const op = await parseOp(text, this.verifier_);
        const judgement = this.chains_.of(op.envelope.chain.site).judge(op.envelope, op.hash);
        if (judgement.verdict === 'duplicate') return [];
        if (judgement.verdict !== 'next')
            throw new Refusal('conflict', 'restore what was synced: an op is missing in this browser');
        // The same that came from the hub are sent once more, and answered by their receipt.
        return this.apply({ op, judgement, ...await this.read(op), own: op.envelope.chain.site === this.self.site });
    }

    /** Of verdict fork, once both ops are stored as proof; also what the hub says of this site. */
    close(fork: Fork): void {
        this.chains_.close(fork);
    }

    async judgeReceipt(jws: string): Promise<Acknowledgement> {
        const receipt = await verifyReceipt(jws, this.verifier_);
        const { chain, seq, op } = receipt;
        if (chain.site !== this.self.site) throw new Refusal('forbidden', 'read a receipt: it is another site’s');
        const known = this.own.at(chain.incarnation, seq);
        // Of an incarnation before this one it may know less: that is why there is this one.
        const wrong = known === undefined ? chain.incarnation >= this.self.incarnation : known !== op;
        return { receipt, fork: wrong ? { chain, seq, had: known ?? kZeroHash, offered: op } : undefined };
    }

    acknowledge({ chain, seq, op }: Receipt): void {
        // Of an op that is not here it says nothing about those that are: they may be of another past.
        if (this.own.at(chain.incarnation, seq) !== op) return;
        // The hub takes ops in order only, so one receipt stands for all before it.
        const kept = this.outbox_.filter((sent) => sent.chain.incarnation !== chain.incarnation || sent.seq > seq);
        this.outbox_.splice(0, this.outbox_.length, ...kept);
    }

    /** Own ops without a receipt, in order. Once stopped only the first, which proves that there are two pasts. */
    toSend(most: number): readonly string[] {
        return this.outbox_.slice(0, this.stopped === undefined ? most : Math.min(most, 1)).map(({ text }) => text);
    }

    /** What comes after these is asked for, and all of any other chain. */
    marks(): readonly Mark[] {
        return [...this.chains_.sites].flatMap(([site, chains]) => chains.incarnations.map((incarnation) =>
            ({ chain: { site, incarnation }, seq: chains.head(incarnation).seq })));
    }

    private judged(op: Op): Judgement {
        const { envelope, hash } = op;
        const judgement = this.chains_.of(envelope.chain.site).judge(envelope, hash);
        // This site knows all that it wrote itself. Whatever else its key has signed was written by another copy of it.
        const foreign = envelope.chain.site === this.self.site && envelope.chain.incarnation >= this.self.incarnation
            && (judgement.verdict === 'next' || judgement.verdict === 'gap');
        if (!foreign) return judgement;
        const fork = { chain: envelope.chain, seq: envelope.seq, had: kZeroHash, offered: hash };
        return { verdict: 'fork', expected: 0, fork, oldIncarnation: false };
    }

    private async read(op: Op): Promise<Pick<Arrival, 'content' | 'unreadable'>> {
        try {
            return { content: parseContent(await this.sealer_.open(op.sealed), op.envelope), unreadable: '' };
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            return { content: undefined, unreadable: error.message };
        }
    }

    private refuseIfStopped(): void {
        if (this.stopped !== undefined) throw new Refusal('conflict', forkText(this.stopped));
    }
}
