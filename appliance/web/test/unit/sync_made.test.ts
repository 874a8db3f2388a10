// What pages write, in tests/vectors/sync_made_by_page.json for the appliance's own test. SIGHTLINE_WRITE_VECTORS=1 makes
// the file anew.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Change } from '../../src/sync/op_content';
import type { Replica } from '../../src/sync/replica';
import { kVectorFolder, replicaOf, told, vectors } from '../support/sync_vectors';

const kFile = `${kVectorFolder}sync_made_by_page.json`;
const kDossier = 'd0551e00000000a1';

interface Made {
    readonly circle: string;
    readonly ops: readonly string[];
    readonly dossiers: readonly object[];
}

async function write(): Promise<Made> {
    const ops: string[] = [];
    const say = async (by: Replica, author: string, changes: readonly Change[]): Promise<void> => {
        const arrival = await by.make(kDossier, { author, at: 1_790_000_000_000 + ops.length, changes });
        by.apply(arrival);
        ops.push(arrival.op.text);
    };
    const give = async (to: Replica, texts: readonly string[]): Promise<void> => {
        for (const text of texts) {
            const arrival = await to.judge(text);
            if (arrival.judgement.verdict === 'next') to.apply(arrival);
        }
    };
    const officer = await replicaOf(1);
    const headquarters = await replicaOf(3);
    await say(officer, 'Officer 1', [
        { kind: 'set', path: 'case/number', value: '123-45C67890' },
        { kind: 'set', path: 'persons/00000000000000a1', value: true },
        { kind: 'set', path: 'other/value', value: { '😀': 1, '\ue000': [-2, null, 'a\u007f\u0001"\\/\n\u2028'], 10: {}, 9: 2 ** 53 } },
        { kind: 'consent', path: 'consents/00000000000000a1/recording', answer: 'given', record: { mode: 'touch' } },
    ]);
    await give(headquarters, ops);
    await say(headquarters, 'Headquarters', [
        { kind: 'set', path: 'decision/outcome', value: 'accepted' }, { kind: 'set', path: 'decision/reason', value: 'Wholly credible.' },
        { kind: 'set', path: 'decision/by', value: 'Headquarters' },
    ]);
    await say(officer, 'Officer 1', [
        { kind: 'set', path: 'decision/outcome', value: 'interview' }, { kind: 'remove', path: 'persons' },
        { kind: 'consent', path: 'consents/00000000000000a1/recording', answer: 'withdrawn', record: { mode: 'spoken' } },
    ]);
    await say(headquarters, 'Headquarters', [
        { kind: 'set', path: 'persons/00000000000000a1', value: true },
        { kind: 'set', path: 'notes/0123456789abcdef/text', value: 'A note.' },
    ]);
    await give(officer, ops);
    await give(headquarters, ops);
    await say(officer, 'Officer 1', [{ kind: 'set', path: 'case/remarks', value: 'It has seen everything.' }]);
    await give(headquarters, ops);
    const dossiers = await told(headquarters.dossiers);
    assert.deepEqual(await told(officer.dossiers), dossiers);
    return { circle: vectors.circles[0]?.jws ?? '', ops, dossiers };
}

test('what pages make is read by a page that has another order of it', async () => {
    const made = await write();
    if (process.env['SIGHTLINE_WRITE_VECTORS'] === '1') {
        const about = 'Made by appliance/web/test/unit/sync_made.test.ts for tests/unit/sync.';
        writeFileSync(kFile, `${JSON.stringify({ about, ...made }, null, 1)}\n`);
    }
    const kept = JSON.parse(readFileSync(kFile, 'utf8')) as Made;
    const replica = await replicaOf(2);
    for (const text of kept.ops) replica.apply(await replica.judge(text));
    assert.deepEqual(await told(replica.dossiers), kept.dossiers);
    assert.equal(replica.dossiers.get(kDossier)?.state().unreadable.length, 0);
});
