// The replica of this browser, its disk and its hub put together. Whatever touches the replica comes one after the other
// (`inTurn`), because keys work asynchronously: decide, store, apply, and only then the next one.

import { signal } from '@preact/signals';
import type { JWK } from 'jose';
import type { Bytes } from '../keys/base64url';
import { publicPart, type Identity } from '../keys/identity';
import { Circle, KnownKeys, recipientsOf, type CircleSite } from '../sync/circle';
import { openAttachment } from '../sync/chunks';
import type { OpHash, Pseudonym } from '../sync/names';
import type { Fork } from '../sync/op_chain';
import type { Attachment, Change } from '../sync/op_content';
import { Refusal } from '../sync/refusal';
import { Replica } from '../sync/replica';
import { openShared, sealToAll } from '../sync/seal';
import { siteOf, type Invitation } from './enrolment';
import { HubClient, kMaxSendBytes, SyncError } from './hub_client';
import type { Settings, Store } from './store';

const kMostOps = 256;

/** outside: no circle names this page's keys. removed: the newest one has taken them out. */
export type Membership = 'outside' | 'inside' | 'removed';

/** With what a round of sync ended. */
export type Round = 'well' | 'unreachable' | 'refused' | 'stopped';

export interface Keys {
    readonly signing: Identity;
    readonly sealing: Identity;
}

export class Office {
    /** Counts what was applied, taken or refused: components read it to be drawn again. */
    readonly version = signal(0);
    /** Ops that came and were not taken, in this load of the page. */
    readonly refused = signal(0);

    private circle_: Circle | undefined;
    private hubKey_: JWK | undefined;
    private replica_: Replica | undefined;
    private queue_: Promise<unknown> = Promise.resolve();
    private lastSeen_: Settings['seen'];

    private constructor(readonly keys: Keys, private readonly store_: Store, private readonly hub_: HubClient) {
        this.lastSeen_ = store_.settings.seen;
    }

    /** Throws Refusal: the disk lies. */
    static async open(keys: Keys, store: Store, hub: HubClient): Promise<Office> {
        const office = new Office(keys, store, hub);
        const { root, circle } = store.settings;
        if (root !== undefined && circle !== undefined) {
            office.circle_ = new Circle(root);
            await office.circle_.take(circle);
            await office.restore();
        }
        return office;
    }

    get delegation(): string | undefined { return this.circle_?.list?.delegation; }
    get replica(): Replica | undefined { return this.replica_; }
    get self(): CircleSite | undefined {
        const list = this.circle_?.list;
        return list === undefined ? undefined : siteOf(list, this.keys.signing.jwk, this.keys.sealing.jwk);
    }
    get membership(): Membership {
        if (this.self === undefined) return 'outside';
        return this.self.removed ? 'removed' : 'inside';
    }
    get waiting(): number { return this.replica_?.unacknowledged ?? 0; }
    get lastSuccess(): number | undefined { return this.store_.settings.lastSuccess; }

    /** The name that the circle gives a site. */
    nameOf(site: string): string {
        return this.circle_?.list?.sites.find((each) => each.site === site)?.name ?? site.slice(0, 6);
    }

    /** Pins the root, for good. Refuses what is no circle of it, and another root than the one that is pinned. */
    enrol({ root, circle }: Invitation): Promise<Membership> {
        return this.inTurn(async () => {
            const pinned = this.store_.settings.root;
            if (pinned !== undefined && (pinned.x !== root.x || pinned.y !== root.y))
                throw new Refusal('forbidden', 'take a delegation’s circle: this browser belongs to another delegation');
            const believed = this.circle_ ?? new Circle(publicPart(root));
            await believed.take(circle);
            await this.store_.set({ root: believed.root, circle: believed.jws });
            this.circle_ = believed;
            if (this.replica_ === undefined) await this.restore();
            this.drawn();
            return this.membership;
        });
    }

    /** Writes one op; `seen`: the heads that the person had before their eyes. It is on the disk when this resolves. */
    write(dossier: Pseudonym, changes: readonly Change[], seen: readonly OpHash[], now = Date.now()): Promise<void> {
        return this.inTurn(async () => {
            const replica = this.ready();
            if (this.membership === 'removed')
                throw new Refusal('forbidden', 'write: this browser has been taken out of the delegation');
            const content = { author: `office ${replica.self.site.slice(0, 6)}`, at: now, changes };
            const arrival = await replica.make(dossier, content, seen);
            await this.store_.add(arrival.op.text, 'strict');
            replica.apply(arrival);
            this.drawn();
        });
    }

    isNew(dossier: Pseudonym): boolean {
        return this.lastSeen_?.[dossier] === undefined;
    }

    /** Since it was last on the screen. */
    hasChanged(dossier: Pseudonym): boolean {
        const seen = this.lastSeen_?.[dossier];
        const heads = this.replica_?.dossiers.get(dossier)?.heads() ?? [];
        return seen !== undefined && (seen.length !== heads.length || heads.some((head, at) => head !== seen[at]));
    }

    markSeen(dossier: Pseudonym, heads: readonly OpHash[]): void {
        this.lastSeen_ = { ...this.lastSeen_, [dossier]: heads };
        const seen = this.lastSeen_;
        void this.inTurn(() => this.store_.set({ seen }));
        this.drawn();
    }

    /** From the hub. Refuses: altered. Throws SyncError. */
    async attachment(attachment: Attachment): Promise<readonly Bytes[]> {
        if (!this.hub_.hasTicket) await this.inTurn(() => this.greet());
        return openAttachment(attachment, (name) => this.hub_.chunk(name));
    }

    /** One round: what waits goes up, what is new comes down. */
    async sync(): Promise<Round> {
        if (this.replica_ === undefined) return 'well';
        try {
            if (!this.hub_.hasTicket) await this.inTurn(() => this.greet());
            await this.sendAll();
            if (this.replica_.stopped !== undefined) return 'stopped';
            await this.pullAll();
            await this.inTurn(() => this.store_.set({ lastSuccess: Date.now() }));
            return 'well';
        } catch (error) {
            if (error instanceof Refusal) return this.replica_.stopped === undefined ? 'refused' : 'stopped';
            if (!(error instanceof SyncError)) throw error;
            this.hub_.dropTicket(); // The next round begins at the beginning: perhaps at another node.
            return error.status === 0 || error.status >= 500 || error.status === 401 ? 'unreachable' : 'refused';
        } finally {
            this.drawn();
        }
    }

    private async greet(): Promise<void> {
        const replica = this.ready();
        const ticket = await this.hub_.ticket(replica.self.site, this.keys.signing.key);
        this.hubKey_ = publicPart(ticket.hub);
        await this.takeCircle(ticket.circle);
        await this.beginAnew(ticket.receipts);
        for (const jws of ticket.receipts) await this.takeReceipt(jws);
        if (ticket.fork !== undefined) await this.close(ticket.fork);
    }

    private async takeCircle(jws: string): Promise<void> {
        const circle = this.circle_;
        if (circle === undefined || jws === circle.jws) return;
        try {
            await circle.take(jws);
        } catch (error) {
            if (error instanceof Refusal) return; // Of a node that is behind, or not the root's: the newest stays.
            throw error;
        }
        await this.store_.set({ circle: jws });
    }

    /** A disk with nothing in it, of a site of whom the hub has ops: begins an incarnation, and gets its own back. */
    private async beginAnew(receipts: readonly string[]): Promise<void> {
        const replica = this.ready();
        if (this.store_.settings.incarnation !== undefined || replica.marks().length > 0) return;
        const known = await Promise.all(receipts.map(async (jws) => (await replica.judgeReceipt(jws)).receipt));
        const incarnation = Math.max(0, ...known.map(({ chain }) => chain.incarnation)) + 1;
        await this.store_.set({ incarnation });
        if (incarnation !== replica.self.incarnation) await this.restore();
    }

    private async takeReceipt(jws: string): Promise<void> {
        const replica = this.ready();
        const { receipt, fork } = await replica.judgeReceipt(jws);
        if (fork !== undefined) {
            await this.close(fork);
            return;
        }
        const hub = this.hubKey_;
        if (hub === undefined) return;
        await this.store_.set({
            receipts: { ...this.store_.settings.receipts, [receipt.chain.incarnation]: { jws, hub } },
        });
        replica.acknowledge(receipt);
    }

    private async sendAll(): Promise<void> {
        for (;;) {
            const replica = this.ready();
            const ops: string[] = [];
            let bytes = 0;
            for (const op of replica.toSend(kMostOps)) {
                bytes += op.length + 1;
                if (bytes > kMaxSendBytes) break;
                ops.push(op);
            }
            if (ops.length === 0) return;
            const before = replica.unacknowledged;
            const { receipt, fork } = await this.hub_.send(ops);
            await this.inTurn(async () => {
                if (receipt !== undefined) await this.takeReceipt(receipt);
                if (fork !== undefined) await this.close(fork);
            });
            if (replica.stopped !== undefined) return;
            if (replica.unacknowledged >= before) throw new Refusal('conflict', 'send ops: the hub takes none of them');
            this.drawn();
        }
    }

    private async pullAll(): Promise<void> {
        for (;;) {
            const { ops, more } = await this.hub_.pull(this.ready().marks());
            let taken = 0;
            for (const op of ops) {
                if (await this.inTurn(() => this.take(op))) ++taken;
            }
            this.drawn();
            if (this.ready().stopped !== undefined || !more) return;
            // The same would come again and again.
            if (taken === 0) throw new Refusal('conflict', 'pull ops: none of those that came can be taken');
        }
    }

    /** Whether it was taken. */
    private async take(text: string): Promise<boolean> {
        const replica = this.ready();
        try {
            const arrival = await replica.judge(text);
            const { verdict, fork } = arrival.judgement;
            if (verdict === 'next') {
                await this.store_.add(text, 'relaxed'); // The hub has it too.
                replica.apply(arrival);
                return true;
            }
            if (verdict === 'fork' && fork !== undefined) await this.close(fork, text);
            if (verdict === 'duplicate') return false;
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
        }
        ++this.refused.value;
        return false;
    }

    private async close(fork: Fork, proof?: string): Promise<void> {
        const { forks = [], proofs = [] } = this.store_.settings;
        const known = forks.some(({ chain }) => chain.site === fork.chain.site);
        if (!known) await this.store_.set({ forks: [...forks, fork], proofs: proof === undefined ? proofs : [...proofs, proof] });
        this.ready().close(fork);
    }

    /** The replica as the disk has it. */
    private async restore(): Promise<void> {
        const self = this.self;
        const circle = this.circle_;
        if (self === undefined || circle === undefined) return;
        const { incarnation = 1, receipts = {}, forks = [] } = this.store_.settings;
        const { secret, jwk, thumbprint } = { ...this.keys.sealing, secret: this.keys.sealing.key };
        const sealer = {
            seal: (text: string) => sealToAll(circle.list === undefined ? [] : recipientsOf(circle.list), text),
            open: (sealed: string) => openShared(sealed, { secret, jwk, thumbprint }),
        };
        const replica = new Replica({ site: self.site, incarnation }, this.keys.signing.key, sealer,
            new KnownKeys(circle, () => this.hubKey_));
        for (const op of await this.store_.ops()) await replica.restore(op);
        const now = this.hubKey_;
        for (const { jws, hub } of Object.values(receipts)) {
            this.hubKey_ = hub;
            replica.acknowledge((await replica.judgeReceipt(jws)).receipt);
        }
        this.hubKey_ = now ?? this.hubKey_;
        for (const fork of forks) replica.close(fork);
        this.replica_ = replica;
    }

    private ready(): Replica {
        if (this.replica_ === undefined) throw new Refusal('conflict', 'no circle names this browser’s keys');
        return this.replica_;
    }

    private inTurn<T>(deed: () => Promise<T>): Promise<T> {
        const done = this.queue_.then(deed);
        this.queue_ = done.catch(() => undefined);
        return done;
    }

    private drawn(): void {
        ++this.version.value;
    }
}
