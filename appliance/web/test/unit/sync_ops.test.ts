// Ops, what they say, receipts and circles, as the appliance writes and refuses them: tests/vectors/sync.json.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicPart } from '../../src/keys/identity';
import { Circle } from '../../src/sync/circle';
import { canonical, compareTexts, parseJson, textOfBytes } from '../../src/sync/json_text';
import { bytesOfBase64url } from '../../src/sync/jws';
import { compareHashes } from '../../src/sync/names';
import { parseEnvelope, parseOp, signOp, textOfEnvelope } from '../../src/sync/op';
import { isPath, parseContent } from '../../src/sync/op_content';
import { Refusal } from '../../src/sync/refusal';
import { knownCircle, replicaOf, signingKey, vectors, verifierOf } from '../support/sync_vectors';

async function refusal(of: () => Promise<unknown> | unknown): Promise<string | null> {
    try {
        await of();
        return null;
    } catch (error) {
        if (error instanceof Refusal) return error.code;
        throw error;
    }
}

test('every op is read as it was signed, with the same hash', async () => {
    const verifier = verifierOf(await knownCircle());
    for (const { text, hash } of vectors.ops) {
        const op = await parseOp(text, verifier);
        assert.equal(op.hash, hash);
        assert.equal(op.text, text);
        assert.deepEqual(parseEnvelope(textOfEnvelope(op.envelope)), op.envelope);
    }
});

test('what the appliance refuses as an op is refused for the same reason', async () => {
    const verifier = verifierOf(await knownCircle());
    assert.ok(vectors.refused.length > 20);
    for (const { what, text, refused } of vectors.refused)
        assert.equal(await refusal(() => parseOp(text, verifier)), refused, what);
});

test('an op has its bounds', async () => {
    const circle = await knownCircle();
    const [first] = vectors.sites;
    assert.ok(first);
    const key = await signingKey(first.signing);
    const place = { ...(await parseOp(vectors.ops[0]?.text ?? '', verifierOf(circle))).envelope, parents: [] };
    const parents = Array.from({ length: 65 }, (_, at) => `${'A'.repeat(41)}${String.fromCharCode(65 + at % 26)}${at > 25 ? 'E' : 'A'}`);
    assert.equal(await refusal(() => signOp(place, 'x'.repeat(256 * 1024 + 1), key)), 'too_large');
    assert.equal(await refusal(() => signOp(place, 'two\nlines', key)), 'malformed');
    assert.equal(await refusal(() => signOp({ ...place, parents }, 'x', key)), 'malformed');
    assert.equal(await refusal(() => signOp({ ...place, seq: 2 }, 'x', key)), 'malformed');
    const op = await signOp({ ...place, parents: [`${'z'.repeat(42)}A`, 'A'.repeat(43)] }, 'x', key);
    assert.deepEqual((await parseOp(op.text, verifierOf(circle))).envelope.parents, ['A'.repeat(43), `${'z'.repeat(42)}A`]);
});

test('what an op may say and may not is as at the appliance', async () => {
    const place = (await parseOp(vectors.ops[0]?.text ?? '', verifierOf(await knownCircle()))).envelope;
    for (const { bytes, refused } of vectors.contents) {
        const text = textOfBytes(bytesOfBase64url(bytes) ?? new Uint8Array());
        const code = text === undefined ? 'malformed' : await refusal(() => parseContent(text, place));
        assert.equal(code, refused, text?.slice(0, 300));
    }
});

test('numbers that are not exact are no numbers', () => {
    assert.deepEqual(parseJson('[1.0,1e1,9007199254740993,-0,9007199254740992]', 1), [NaN, NaN, NaN, 0, 2 ** 53]);
    assert.equal(parseJson('[[]]', 1), undefined);
    assert.equal(parseJson('"\\ud800"', 1), undefined);
    assert.equal(canonical(parseJson('{"b":1,"a":{"__proto__":2},"a":{"__proto__":3}}', 2) ?? null), '{"a":{"__proto__":3},"b":1}');
});

test('hashes and names sort by their bytes', () => {
    assert.ok(compareHashes('A', '-') < 0 && compareHashes('z', '0') < 0 && compareHashes('-', '_') < 0);
    assert.ok(compareTexts('\ue000', '😀') < 0 && compareTexts('a', 'ab') < 0);
});

test('a decision and a note have legal paths', () => {
    for (const path of ['decision/outcome', 'decision/reason', 'decision/by', 'notes/0123456789abcdef/text']) assert.ok(isPath(path), path);
});

test('a circle goes forward only, as at the appliance', async () => {
    const circle = new Circle(publicPart(vectors.root));
    for (const { what, jws, refused } of vectors.circles) assert.equal(await refusal(() => circle.take(jws)), refused, what);
    assert.equal(circle.list?.number, 3);
    assert.equal(circle.list.sites[1]?.removed, true);
});

test('receipts are the hub’s alone, and one of another past says so', async () => {
    const writer = await replicaOf(0);
    const reader = await replicaOf(3);
    for (const { text } of vectors.ops) {
        await writer.restore(text);
        reader.apply(await reader.judge(text));
    }
    for (const { what, jws, refused, fork } of vectors.receipts) {
        assert.equal(await refusal(() => writer.judgeReceipt(jws)), refused, what);
        if (refused !== null) continue;
        const said = await writer.judgeReceipt(jws);
        const found = said.fork;
        assert.deepEqual(found === undefined ? null : { ...found.chain, seq: found.seq, had: found.had, offered: found.offered },
            fork, what);
    }
    const before = writer.unacknowledged;
    writer.acknowledge((await writer.judgeReceipt(vectors.receipts[0]?.jws ?? '')).receipt);
    assert.equal(writer.unacknowledged, before - 3);
    assert.equal(await refusal(() => reader.judgeReceipt(vectors.receipts[0]?.jws ?? '')), 'forbidden');
});
