// All ops of one dossier as a graph by their parents, and what they amount to. An op is later than another one if its
// author had seen it, directly or through others; no clock and no order of arrival matters. An op whose parents are not
// here yet waits, takes no effect and is reported. Pure.

import type { ConsentState, DossierState, FieldState, Saying } from './dossier_state';
import { brief, compareHashes, type OpHash } from './names';
import type { Envelope } from './op';
import type { Change, OpContent } from './op_content';
import { Refusal } from './refusal';

const kMaxOps = 16_384;
const kMaxWaiting = 256;
const kBits = 32;

interface Node {
    readonly by: Saying;
    readonly content: OpContent | undefined;
    readonly past: Uint32Array; // one bit for each earlier node
    head: boolean;
}
interface Waiter {
    readonly envelope: Envelope;
    readonly content: OpContent | undefined;
}
/** One change of one op. */
interface Ref {
    readonly node: number;
    readonly change: Change;
}
type Register = Map<string, Ref[]>;

export interface WaitingOp {
    readonly op: OpHash;
    readonly missing: readonly OpHash[];
}

export class DossierHistory {
    private readonly nodes_: Node[] = []; // parents before children
    private readonly index_ = new Map<OpHash, number>();
    private readonly waiting_ = new Map<OpHash, Waiter>();
    // For each path the latest of each kind of that very path. Removals are apart, because one also concerns what others
    // put under its path without having seen it.
    private readonly latest_: Readonly<Record<Change['kind'], Register>> =
        { set: new Map(), remove: new Map(), consent: new Map() };

    get size(): number { return this.nodes_.length; }

    /** Refuses: exhausted: the dossier is full, or too many ops wait already and this one would wait too. */
    roomFor(envelope: Envelope): void {
        const name = brief(envelope.dossier);
        if (this.nodes_.length + this.waiting_.size >= kMaxOps)
            throw new Refusal('exhausted', `sync dossier ${name}: it has 16,384 ops; close it and open a new one`);
        if (this.waiting_.size >= kMaxWaiting && !this.mayTakeEffect(envelope)) {
            throw new Refusal('exhausted',
                `sync dossier ${name}: 256 ops wait for others that have not come; fetch those first`);
        }
    }

    /** `content`: undefined if this site cannot read it. Returns the ops that took effect by this, parents first. */
    insert(envelope: Envelope, hash: OpHash, content: OpContent | undefined): readonly OpHash[] {
        if (this.has(hash) || this.waiting_.has(hash)) return [];
        if (!this.mayTakeEffect(envelope)) {
            this.waiting_.set(hash, { envelope, content });
            return [];
        }
        this.takeEffect(envelope, hash, content);
        const effective = [hash];
        // Each one that comes in may be what another one waited for.
        for (let more = true; more;) {
            more = false;
            for (const [waiter, waited] of this.waiting_) {
                if (!this.mayTakeEffect(waited.envelope)) continue;
                this.waiting_.delete(waiter);
                this.takeEffect(waited.envelope, waiter, waited.content);
                effective.push(waiter);
                more = true;
            }
        }
        return effective;
    }

    /** In effect. */
    has(hash: OpHash): boolean {
        return this.index_.has(hash);
    }

    heads(): readonly OpHash[] {
        return this.nodes_.filter(({ head }) => head).map(({ by }) => by.op).sort(compareHashes);
    }

    waiting(): readonly WaitingOp[] {
        return [...this.waiting_].sort(([a], [b]) => compareHashes(a, b)).map(([op, { envelope }]) =>
            ({ op, missing: envelope.parents.filter((parent) => !this.has(parent)) }));
    }

    /** Whether `earlier` was seen by the author of `later`, both in effect. */
    precedes(earlier: OpHash, later: OpHash): boolean {
        const a = this.index_.get(earlier);
        const b = this.index_.get(later);
        return a !== undefined && b !== undefined && this.isInPast(a, b);
    }

    state(): DossierState {
        const fields = new Map<string, FieldState>();
        for (const path of [...this.latest_.set.keys()].sort()) {
            const entries = this.standing(path).map(({ node, change }) =>
                ({ by: this.by(node), value: change.kind === 'set' ? change.value : undefined }));
            if (entries.some(({ value }) => value !== undefined)) fields.set(path, entries);
        }
        const consents = new Map<string, ConsentState>();
        for (const path of [...this.latest_.consent.keys()].sort()) {
            const refs = this.inOrder(this.latest_.consent.get(path) ?? []);
            consents.set(path, refs.flatMap(({ node, change }) =>
                (change.kind === 'consent' ? [{ by: this.by(node), answer: change.answer, record: change.record }] : [])));
        }
        const unreadable = this.nodes_.filter(({ content }) => content === undefined).map(({ by }) => by.op);
        return { fields, consents, unreadable: unreadable.sort(compareHashes) };
    }

    private by(node: number): Saying {
        const { by } = this.nodes_[node] ?? {};
        if (by === undefined) throw new Error('no such node');
        return by;
    }

    private mayTakeEffect({ parents }: Envelope): boolean {
        return parents.every((parent) => this.has(parent));
    }

    private takeEffect(envelope: Envelope, hash: OpHash, content: OpContent | undefined): void {
        const number = this.nodes_.length;
        const past = new Uint32Array(Math.floor(number / kBits) + 1);
        for (const parent of envelope.parents) {
            const at = this.index_.get(parent) ?? 0;
            const earlier = this.nodes_[at];
            if (earlier === undefined) throw new Error('an op took effect before its parents');
            earlier.head = false;
            earlier.past.forEach((bits, word) => past[word]! |= bits);
            past[Math.floor(at / kBits)]! |= 1 << (at % kBits);
        }
        const by = { op: hash, chain: envelope.chain, author: content?.author ?? '', at: content?.at ?? 0 };
        this.nodes_.push({ by, content, past, head: true });
        this.index_.set(hash, number);
        for (const change of content?.changes ?? []) this.put(this.latest_[change.kind], { node: number, change });
    }

    /** What its author had seen and overwrote goes; what they had not seen stays beside it. */
    private put(into: Register, ref: Ref): void {
        const { path } = ref.change;
        const beside = (into.get(path) ?? []).filter((other) => !this.isInPast(other.node, ref.node));
        into.set(path, [...beside, ref]);
    }

    private isInPast(earlier: number, later: number): boolean {
        const word = this.nodes_[later]?.past[Math.floor(earlier / kBits)] ?? 0;
        return ((word >>> (earlier % kBits)) & 1) !== 0;
    }

    /** The sets of a field and the removals of it and of what it lies under, without those that another one's author saw. */
    private standing(path: string): readonly Ref[] {
        const all = [...this.latest_.set.get(path) ?? []];
        const parts = path.split('/');
        for (let count = parts.length; count > 0; --count)
            all.push(...this.latest_.remove.get(parts.slice(0, count).join('/')) ?? []);
        return this.inOrder(all.filter((ref) => !all.some((other) => this.isInPast(ref.node, other.node))));
    }

    private inOrder(refs: readonly Ref[]): readonly Ref[] {
        return [...refs].sort((a, b) => compareHashes(this.by(a.node).op, this.by(b.node).op));
    }
}
