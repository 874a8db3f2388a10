// The office page without its looks: enrolment, what it keeps, and sync over a link that breaks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invitationFragment, invitationIn, invitationText, publicText } from '../../src/office/enrolment';
import { HubClient, opsIn } from '../../src/office/hub_client';
import { Office, type Keys } from '../../src/office/office';
import { Pace } from '../../src/office/pace';
import type { Settings, Store } from '../../src/office/store';
import { conflictsOf, valueOf } from '../../src/sync/dossier_state';
import { Refusal } from '../../src/sync/refusal';
import { Delegation, makeKey } from '../support/office_circle';
import { kFirst, Writers } from '../support/office_dossiers';
import { OfficeHub } from '../support/office_hub';

class MemoryStore implements Store {
    settings: Settings = {};
    readonly kept: string[] = [];
    fail = false;

    ops(): Promise<readonly string[]> { return Promise.resolve([...this.kept]); }
    async add(op: string): Promise<void> {
        await Promise.resolve();
        if (this.fail) throw new Error('the disk is full');
        this.kept.push(op);
    }
    async set(settings: Partial<Settings>): Promise<void> {
        await Promise.resolve();
        this.settings = { ...this.settings, ...settings };
    }
}

const kSelf = '51a00000000000f4';

async function scene() {
    const delegation = await Delegation.create();
    const kiosk = await delegation.own('51a00000000000f1', 'Kiosk 1');
    const officer = await delegation.own('51a00000000000f2', 'Officer 1');
    const keys: Keys = { signing: await makeKey('sign'), sealing: await makeKey('open') };
    delegation.sites.push({ site: kSelf, name: 'Headquarters', signing: keys.signing.jwk, sealing: keys.sealing.jwk });
    const hub = new OfficeHub(delegation);
    hub.circle = await delegation.issue();
    const writers = await Writers.of(delegation, kiosk, officer, hub.circle, hub);
    await writers.writeAll();
    const store = new MemoryStore();
    const client = (): HubClient => new HubClient('http://hub', hub.fetch);
    const open = (): Promise<Office> => Office.open(keys, store, client());
    const enrolled = async (): Promise<Office> => {
        const office = await open();
        const invitation = await invitationIn(invitationText(delegation.root.jwk, hub.circle));
        assert.ok(invitation);
        assert.equal(await office.enrol(invitation), 'inside');
        return office;
    };
    return { delegation, hub, writers, keys, store, open, enrolled, client };
}

const headsOf = (office: Office, dossier = kFirst): readonly string[] => office.replica?.dossiers.get(dossier)?.heads() ?? [];
const note = [{ kind: 'set', path: 'notes/00000000000000ff/text', value: 'A note.' }] as const;

test('an administrator’s answer comes as a text, as a link or as its fragment', async () => {
    const { delegation, hub, keys } = await scene();
    const { jwk, thumbprint } = delegation.root;
    const fragment = invitationFragment(jwk, hub.circle);
    for (const pasted of [invitationText(jwk, hub.circle), `  ${invitationText(jwk, hub.circle)}\n`, fragment, `https://hub/office/${fragment}`]) {
        const found = await invitationIn(pasted);
        assert.equal(found?.delegation, thumbprint);
        assert.equal(found.circle, hub.circle);
    }
    for (const pasted of ['', '{}', '#circle=', '#circle=%%', fragment.slice(0, -9), '{"root":{"kty":"EC"},"circle":"x"}'])
        assert.equal(await invitationIn(pasted), undefined, pasted);
    assert.deepEqual(Object.keys(JSON.parse(publicText(keys.signing.jwk, keys.sealing.jwk)) as object), ['signing', 'sealing']);
    assert.ok(!publicText({ ...keys.signing.jwk, d: 'secret' }, keys.sealing.jwk).includes('secret'));
});

test('only the pinned root is believed, and a list that does not name this browser lets nobody in', async () => {
    const { delegation, hub, open } = await scene();
    const office = await open();
    const [own] = delegation.sites.splice(2, 1);
    const without = await delegation.issue();
    assert.equal(await office.enrol({ root: delegation.root.jwk, delegation: '', circle: without }), 'outside');
    assert.equal(await office.sync(), 'well');
    assert.deepEqual(hub.requests, []);
    const other = await Delegation.create();
    await assert.rejects(office.enrol({ root: other.root.jwk, delegation: '', circle: await other.issue() }), Refusal);
    delegation.sites.push(own!);
    assert.equal(await office.enrol({ root: delegation.root.jwk, delegation: '', circle: await delegation.issue() }), 'inside');
    assert.equal(office.self?.name, 'Headquarters');
});

test('what the circle wrote comes in several pulls, and only once', async () => {
    const { hub, enrolled, store } = await scene();
    const office = await enrolled();
    assert.equal(await office.sync(), 'well');
    assert.ok(hub.requests.filter((request) => request === 'pull').length > 1);
    assert.equal(store.kept.length, hub.rows.length);
    assert.equal(office.replica?.dossiers.size, 2);
    assert.ok(conflictsOf(office.replica.dossiers.get(kFirst)!.state()).length >= 2);
    assert.ok(office.isNew(kFirst) && !office.hasChanged(kFirst));
    assert.ok(office.lastSuccess !== undefined);
    hub.requests.length = 0;
    assert.equal(await office.sync(), 'well');
    assert.deepEqual(hub.requests, ['pull']);
});

test('a decision is kept offline, outlasts a reload, and is sent once when there is a link', async () => {
    const { hub, enrolled, open, store, writers } = await scene();
    const office = await enrolled();
    await office.sync();
    hub.away = true;
    assert.equal(await office.sync(), 'unreachable');
    await office.write(kFirst, note, headsOf(office));
    assert.equal(office.waiting, 1);
    const before = store.kept.length;
    const again = await open();
    assert.equal(again.waiting, 1);
    assert.deepEqual(headsOf(again), headsOf(office));
    hub.away = false;
    hub.loseAnswer = true;
    assert.equal(await again.sync(), 'unreachable');
    assert.equal(again.waiting, 1);
    assert.equal(await again.sync(), 'well');
    assert.equal(again.waiting, 0);
    assert.equal(store.kept.length, before);
    assert.equal((await open()).waiting, 0);
    await writers.catchUp(writers.officer);
    const field = writers.officer.dossiers.get(kFirst)?.state().fields.get('notes/00000000000000ff/text') ?? [];
    assert.equal(valueOf(field), 'A note.');
});

test('an answer that breaks off is worth the whole ops that came', async () => {
    const { hub, enrolled } = await scene();
    const office = await enrolled();
    hub.pullBytes = 10 ** 6;
    const [first, second] = hub.rows.map(({ op }) => op.text.length + 1);
    hub.cutAfter = first! + Math.floor(second! / 2);
    assert.equal(await office.sync(), 'well');
    assert.equal(hub.requests.filter((request) => request === 'pull').length, 2);
    assert.equal(office.replica?.marks().reduce((sum, { seq }) => sum + seq, 0), hub.rows.length);
    assert.deepEqual(opsIn('a\nb\nc\n'), ['a\nb']);
    assert.deepEqual(opsIn('a\nb'), []);
});

test('a ticket that has run out is replaced', async () => {
    const { hub, enrolled } = await scene();
    const office = await enrolled();
    await office.sync();
    hub.forgetTickets();
    assert.equal(await office.sync(), 'unreachable');
    assert.equal(await office.sync(), 'well');
});

test('nothing takes effect that could not be kept', async () => {
    const { enrolled, store } = await scene();
    const office = await enrolled();
    await office.sync();
    const before = headsOf(office);
    store.fail = true;
    await assert.rejects(office.write(kFirst, note, before), /disk is full/);
    assert.deepEqual(headsOf(office), before);
    assert.equal(office.waiting, 0);
    store.fail = false;
    await office.write(kFirst, note, before);
    assert.equal(office.waiting, 1);
});

test('a copy of this browser is noticed by the hub, and both stop', async () => {
    const { hub, enrolled, keys, store, client } = await scene();
    const office = await enrolled();
    await office.sync();
    const copy = new MemoryStore();
    copy.settings = { ...store.settings };
    copy.kept.push(...store.kept);
    const other = await Office.open(keys, copy, client());
    await office.write(kFirst, note, headsOf(office));
    await other.write(kFirst, note, headsOf(other));
    assert.equal(await office.sync(), 'well');
    assert.equal(await other.sync(), 'stopped');
    assert.ok(other.replica?.stopped);
    await assert.rejects(other.write(kFirst, note, headsOf(other)), Refusal);
    assert.equal(other.waiting, 1);
    assert.ok((await Office.open(keys, copy, client())).replica?.stopped);
    hub.forgetTickets();
    await office.sync();
    assert.equal(await office.sync(), 'stopped');
});

test('a browser whose dossiers were deleted begins an incarnation and gets its own back', async () => {
    const { hub, enrolled, keys, client, delegation } = await scene();
    const office = await enrolled();
    await office.sync();
    await office.write(kFirst, note, headsOf(office));
    await office.sync();
    const emptied = new MemoryStore();
    const anew = await Office.open(keys, emptied, client());
    await anew.enrol({ root: delegation.root.jwk, delegation: '', circle: hub.circle });
    assert.equal(await anew.sync(), 'well');
    assert.equal(anew.replica?.self.incarnation, 2);
    assert.deepEqual(headsOf(anew), headsOf(office));
    await anew.write(kFirst, note, headsOf(anew));
    assert.equal(await anew.sync(), 'well');
    assert.equal((await Office.open(keys, emptied, client())).replica?.self.incarnation, 2);
});

test('who was taken out reads what is there and writes nothing', async () => {
    const { hub, enrolled, delegation } = await scene();
    const office = await enrolled();
    await office.sync();
    delegation.sites[2]!.removed = true;
    hub.circle = await delegation.issue();
    hub.forgetTickets();
    await office.sync();
    await office.sync();
    assert.equal(office.membership, 'removed');
    assert.equal(office.replica?.dossiers.size, 2);
    await assert.rejects(office.write(kFirst, note, headsOf(office)), Refusal);
});

test('a damaged op is counted and stops neither the page nor the others’ ops', async () => {
    const { hub, enrolled } = await scene();
    const office = await enrolled();
    const at = hub.rows.findIndex(({ op }) => op.envelope.chain.site === '51a00000000000f2');
    const row = hub.rows[at]!;
    hub.rows[at] = { ...row, op: { ...row.op, text: `${row.op.text.slice(0, -3)}x"}` } };
    hub.pullBytes = 10 ** 6;
    assert.equal(await office.sync(), 'well');
    assert.ok(office.refused.value > 0);
    assert.equal(office.replica?.dossiers.size, 2);
    assert.ok(office.replica.marks().some(({ chain }) => chain.site === '51a00000000000f1'));
});

test('the page asks less and less often while nobody answers, and at once after a change of network', () => {
    const pace = new Pace(() => 1);
    assert.deepEqual([1, 2, 3].map(() => pace.afterFailure()), [2_000, 4_000, 8_000]);
    for (let i = 0; i < 20; ++i) assert.ok(pace.afterFailure() <= 300_000);
    pace.forget();
    assert.equal(pace.afterFailure(), 2_000);
    assert.equal(pace.afterSuccess(), 30_000);
    assert.equal(new Pace(() => 0).afterFailure(), 1_000);
});
