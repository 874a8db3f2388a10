// One history of three sites, in whatever order it comes: the states and digests that the appliance has.
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { sha256, type Bytes } from '../../src/keys/base64url';
import { openAttachment } from '../../src/sync/chunks';
import { conflictsOf, inForce } from '../../src/sync/dossier_state';
import { Refusal } from '../../src/sync/refusal';
import type { Replica } from '../../src/sync/replica';
import { replicaOf, told, vectors } from '../support/sync_vectors';

const kReader = 3;
const all = vectors.ops.map(({ text }) => text);
const siteOf = (text: string): string =>
    (JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as { site: string }).site;

/** Numbers that are the same in every run. */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
    const left = [...items];
    const out: T[] = [];
    for (let state = seed; left.length > 0;) {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        out.push(...left.splice(state % left.length, 1));
    }
    return out;
}

/** Offers what was refused as a gap again, as a site does that asks anew. */
async function take(replica: Replica, texts: readonly string[]): Promise<Map<string, number>> {
    const verdicts = new Map<string, number>();
    const effective = new Set<string>();
    for (let left = texts; left.length > 0;) {
        const gaps: string[] = [];
        for (const text of left) {
            const arrival = await replica.judge(text);
            verdicts.set(arrival.judgement.verdict, (verdicts.get(arrival.judgement.verdict) ?? 0) + 1);
            if (arrival.judgement.verdict === 'gap') gaps.push(text);
            if (arrival.judgement.verdict !== 'next') continue;
            for (const hash of replica.apply(arrival)) {
                assert.ok(!effective.has(hash), 'applied twice');
                effective.add(hash);
            }
        }
        assert.ok(gaps.length < left.length);
        left = gaps;
    }
    return verdicts;
}

test('the same ops make the same state in every order', async () => {
    assert.ok(all.length > 30);
    for (const seed of [0, 1, 2, 3, 4, 5]) {
        const replica = await replicaOf(kReader);
        const verdicts = await take(replica, seed === 0 ? all : shuffled([...all, ...all.slice(0, 9)], seed));
        assert.deepEqual(await told(replica.dossiers), vectors.dossiers, `seed ${seed}`);
        if (seed !== 0) assert.ok((verdicts.get('gap') ?? 0) > 0 && verdicts.get('duplicate') === 9);
    }
});

test('each op that the reader cannot open is one of those that the appliance cannot open either', async () => {
    const replica = await replicaOf(kReader);
    for (const { text, readable } of vectors.ops) {
        const arrival = await replica.judge(text);
        assert.equal(arrival.content !== undefined, readable);
        assert.equal(arrival.unreadable === '', readable);
        replica.apply(arrival);
    }
});

test('what follows ops that have not come waits, and takes effect when they come', async () => {
    const replica = await replicaOf(kReader);
    const { site, dossiers } = vectors.without;
    await take(replica, all.filter((text) => siteOf(text) !== site));
    assert.deepEqual(await told(replica.dossiers), dossiers);
    await take(replica, all.filter((text) => siteOf(text) === site));
    assert.deepEqual(await told(replica.dossiers), vectors.dossiers);
});

test('duplicates, gaps, forks and closed chains are judged as at the appliance', async () => {
    const replica = await replicaOf(kReader);
    await take(replica, all);
    for (const { what, text, refused, verdict, expected, fork, old_incarnation } of vectors.judgements) {
        try {
            const arrival = await replica.judge(text);
            const { judgement } = arrival;
            assert.equal(refused, null, what);
            assert.equal(judgement.verdict, verdict, what);
            assert.equal(judgement.expected, expected, what);
            assert.equal(judgement.oldIncarnation, old_incarnation, what);
            const found = judgement.fork;
            assert.deepEqual(found === undefined ? null
                : { ...found.chain, seq: found.seq, had: found.had, offered: found.offered }, fork, what);
            if (judgement.verdict === 'next') replica.apply(arrival);
            if (judgement.verdict === 'fork' && found !== undefined) replica.close(found);
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            assert.equal(error.code, refused, what);
        }
    }
    assert.ok(replica.stopped);
    assert.equal(replica.forks.length, 3);
});

test('a replica comes back from its disk as it was, and asks for what comes after', async () => {
    const before = await replicaOf(kReader);
    await take(before, all);
    const made = await before.make('d0551e0000000001', {
        author: 'Headquarters', at: 1_790_000_900_000, changes: [{ kind: 'set', path: 'decision/outcome', value: 'accepted' }],
    });
    before.apply(made);
    const after = await replicaOf(kReader);
    for (const text of [...all, made.op.text]) await after.restore(text);
    assert.deepEqual(await told(after.dossiers), await told(before.dossiers));
    assert.deepEqual(after.marks(), before.marks());
    assert.deepEqual(after.toSend(9), [made.op.text]);
    await assert.rejects((await replicaOf(kReader)).restore(all[3] ?? ''), Refusal);
});

test('a conflict is settled by an op that has seen both, and a withdrawal by no edit', async () => {
    const replica = await replicaOf(kReader);
    await take(replica, all);
    const history = replica.dossiers.get('d0551e0000000001');
    assert.ok(history);
    assert.ok(conflictsOf(history.state()).includes('claim/fled'));
    assert.ok([...history.state().consents.values()].some((consent) => !inForce(consent)));
    replica.apply(await replica.make('d0551e0000000001', {
        author: 'Headquarters', at: 1, changes: [{ kind: 'set', path: 'claim/fled', value: '2020' }],
    }));
    assert.ok(!conflictsOf(history.state()).includes('claim/fled'));
    assert.ok([...history.state().consents.values()].some((consent) => !inForce(consent)));
    assert.equal(history.heads().length, 1);
});

test('an attachment opens, and not when a byte or the order has changed', async () => {
    const secret = Buffer.alloc(32, 7);
    const content = Buffer.alloc(1024 * 1024 + 5, 'scan');
    const chunks = [content.subarray(0, 1024 * 1024), content.subarray(1024 * 1024)].map((part, number) => {
        const nonce = Buffer.alloc(12);
        nonce.writeUInt32BE(number, 8);
        const cipher = createCipheriv('aes-256-gcm', secret, nonce);
        return new Uint8Array(Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()]));
    });
    const names = await Promise.all(chunks.map(sha256));
    const byName = new Map(names.map((name, at) => [name, chunks[at] as Bytes]));
    const get = (name: string): Promise<Bytes> => Promise.resolve(byName.get(name) ?? new Uint8Array());
    const attachment = { name: 'a.pdf', bytes: content.length, key: secret.toString('base64url'), chunks: names };
    assert.deepEqual(Buffer.concat(await openAttachment(attachment, get)), content);
    await assert.rejects(openAttachment({ ...attachment, chunks: [...names].reverse() }, get), Refusal);
    await assert.rejects(openAttachment({ ...attachment, bytes: 5 }, get), Refusal);
    await assert.rejects(openAttachment(attachment, async (name) => (await get(name)).map((byte) => byte ^ 1)), Refusal);
});
