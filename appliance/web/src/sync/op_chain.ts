// What of a site's ops is taken: the next one in order, once. A site whose past has changed (the same number with another
// hash: it was cloned, or set back without knowing) is a fork, and from then on nothing new of it is taken. Pure.

import type { Envelope } from './op';
import { kZeroHash, type ChainId, type OpHash, type SiteId } from './names';

const kMaxIncarnations = 1024;

/** next: to be stored, then applied. gap: what comes before it is not here yet. refused: one incarnation too many. */
export type Verdict = 'next' | 'duplicate' | 'gap' | 'fork' | 'closed' | 'refused';

/** Two pasts of one site, both signed by its key, which is the proof. */
export interface Fork {
    readonly chain: ChainId;
    readonly seq: number; // where they part
    readonly had: OpHash;
    readonly offered: OpHash;
}

export interface Judgement {
    readonly verdict: Verdict;
    readonly expected: number; // of a gap: the number to send next
    readonly fork: Fork | undefined; // of fork and closed
    readonly oldIncarnation: boolean; // a newer one has written: two copies may be alive
}

const judgement = (verdict: Verdict, expected = 0, fork?: Fork): Judgement =>
    ({ verdict, expected, fork, oldIncarnation: false });

export interface ChainHead {
    readonly seq: number;
    readonly hash: OpHash;
}

/** All chains of one site. */
export class SiteChains {
    private readonly chains_ = new Map<number, OpHash[]>();
    private fork_: Fork | undefined;

    get fork(): Fork | undefined { return this.fork_; }
    get incarnations(): readonly number[] { return [...this.chains_.keys()]; }

    head(incarnation: number): ChainHead {
        const chain = this.chains_.get(incarnation) ?? [];
        return { seq: chain.length, hash: chain.at(-1) ?? kZeroHash };
    }

    at(incarnation: number, seq: number): OpHash | undefined {
        return this.chains_.get(incarnation)?.[seq - 1];
    }

    judge(envelope: Envelope, hash: OpHash): Judgement {
        const { incarnation } = envelope.chain;
        const judged = this.judgeInChain(envelope, hash);
        // What was taken before a fork stays taken, and has its receipt.
        if (this.fork_ !== undefined && judged.verdict !== 'duplicate') return judgement('closed', 0, this.fork_);
        if (this.head(incarnation).seq === 0 && this.chains_.size >= kMaxIncarnations) return judgement('refused');
        return { ...judged, oldIncarnation: this.incarnations.some((each) => each > incarnation) };
    }

    /** After `next`, when the op has been stored. */
    append(envelope: Envelope, hash: OpHash): void {
        if (this.judge(envelope, hash).verdict !== 'next') throw new Error('an op was applied out of its turn');
        const { incarnation } = envelope.chain;
        const chain = this.chains_.get(incarnation);
        if (chain === undefined) this.chains_.set(incarnation, [hash]);
        else chain.push(hash);
    }

    /** After `fork`, when both ops have been kept as proof. The first one counts. */
    close(fork: Fork): void {
        this.fork_ ??= fork;
    }

    private judgeInChain(envelope: Envelope, hash: OpHash): Judgement {
        const { chain, seq, previous } = envelope;
        const head = this.head(chain.incarnation);
        const known = this.at(chain.incarnation, seq);
        if (known !== undefined) {
            if (known === hash) return judgement('duplicate');
            return judgement('fork', 0, { chain, seq, had: known, offered: hash });
        }
        if (seq > head.seq + 1) return judgement('gap', head.seq + 1);
        // Its number is the next one, but it follows another op than the one that is here.
        if (previous !== head.hash) return judgement('fork', 0, { chain, seq: head.seq, had: head.hash, offered: previous });
        return judgement('next');
    }
}

/** Those of all sites. */
export class AllChains {
    private readonly sites_ = new Map<SiteId, SiteChains>();

    get sites(): ReadonlyMap<SiteId, SiteChains> { return this.sites_; }
    get forks(): readonly Fork[] {
        return [...this.sites_.values()].flatMap(({ fork }) => (fork === undefined ? [] : [fork]));
    }

    /** Of a site of which nothing is here: empty. */
    of(site: SiteId): SiteChains {
        return this.sites_.get(site) ?? new SiteChains();
    }

    append(envelope: Envelope, hash: OpHash): void {
        this.kept(envelope.chain.site).append(envelope, hash);
    }

    close(fork: Fork): void {
        this.kept(fork.chain.site).close(fork);
    }

    private kept(site: SiteId): SiteChains {
        let chains = this.sites_.get(site);
        if (chains === undefined) this.sites_.set(site, chains = new SiteChains());
        return chains;
    }
}
