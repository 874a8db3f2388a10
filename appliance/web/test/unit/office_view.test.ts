// What the office page shows of a dossier and writes into it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { alpha2Of, countryName } from '../../src/i18n/countries';
import { snapshotOf, summaryOf, viewOf } from '../../src/office/dossier_view';
import { kParts } from '../../src/office/form';
import { isOfficeKey } from '../../src/office/texts';
import { valueText } from '../../src/office/wording';
import { decisionChanges, fits, noteChanges, settlingChanges } from '../../src/office/writing';
import { checkContent } from '../../src/sync/op_content';
import type { Replica } from '../../src/sync/replica';
import { Delegation } from '../support/office_circle';
import { kFirst, kSecond, Writers } from '../support/office_dossiers';
import { OfficeHub } from '../support/office_hub';

const form = readFileSync('../../session/dossier/FORM.md', 'utf8');

async function written(): Promise<Writers> {
    const delegation = await Delegation.create();
    const kiosk = await delegation.own('51a00000000000f1', 'Kiosk 1');
    const officer = await delegation.own('51a00000000000f2', 'Officer 1');
    const hub = new OfficeHub(delegation);
    const writers = await Writers.of(delegation, kiosk, officer, await delegation.issue(), hub);
    await writers.writeAll();
    return writers;
}

const viewIn = (replica: Replica, dossier: string) => {
    const history = replica.dossiers.get(dossier);
    assert.ok(history);
    return viewOf(snapshotOf(dossier, history));
};

test('every field of the form has its place and its word', () => {
    for (const { name, fields } of kParts) {
        const start = form.indexOf(`### \`${name}\``);
        assert.ok(start >= 0, name);
        const table = form.slice(start, form.indexOf('\n#', start + 4));
        const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field);
        assert.deepEqual(fields.map(([field]) => field).sort(), listed.sort(), name);
        assert.ok(isOfficeKey(`part_${name}`));
        for (const [field] of fields) assert.ok(isOfficeKey(`field_${field}`), field);
    }
    const sections = [...form.matchAll(/^### `(\w+)`/gm)].map(([, name]) => name);
    assert.deepEqual(kParts.map(({ name }) => name).sort(), sections.sort());
});

test('every code of the form has its word', () => {
    for (const [line, , field] of form.matchAll(/^(\| `(\w+)` \| (?:code|several)[^|]*\|[^\n]*)$/gm)) {
        for (const [, code] of line.split('|').slice(3).join('|').matchAll(/`(\w+)`/g)) {
            if (code !== 'person' && code !== 'other' || field === 'sex') assert.ok(isOfficeKey(`code_${code}`), `${field} ${code}`);
        }
    }
    for (const [, need] of (form.split('\n').find((line) => line.startsWith('| specific need')) ?? '').matchAll(/`([A-Z]{2})`/g))
        assert.ok(isOfficeKey(`need_${need}`), need);
});

test('every country of the form has another code and a name', () => {
    const text = readFileSync('../../session/dossier/countries.cpp', 'utf8');
    const codes = [...text.matchAll(/"([A-Z]{3})"/g)].map(([, code]) => code ?? '');
    assert.equal(codes.length, 250);
    assert.equal(new Set(codes.map(alpha2Of)).size, 250);
    assert.equal(countryName('SOM', 'en'), 'Somalia');
    assert.equal(countryName('CHE', 'fr'), 'Suisse');
    assert.equal(countryName('<b>', 'en'), '<b>');
});

test('values are written in words', () => {
    assert.equal(valueText('date', '1984'), '1984');
    assert.match(valueText('date', '1984-06'), /June 1984/);
    assert.match(valueText('date', '1984-06-11'), /June 11, 1984|11 June 1984/);
    assert.equal(valueText('needs', ['WR', 'DS-BD']), 'Woman at risk, Disability (DS-BD)');
    assert.equal(valueText('nationality', 'XXA'), 'Stateless');
    assert.equal(valueText('code', 'not_known'), 'not_known');
    assert.equal(valueText('text', true), 'Yes');
    assert.equal(valueText('languages', ['so', 'ar']), 'Somali, Arabic');
});

test('a dossier shows its form, its conflicts with both sides, and hides nothing', async () => {
    const { officer } = await written();
    const view = viewIn(officer, kFirst);
    assert.equal(view.name, 'Applicant A');
    assert.equal(view.number, '123-45C67890');
    assert.deepEqual(view.sections.map(({ part }) => part), ['case', 'persons', 'claim', 'need', 'relationships', 'confidential']);
    assert.equal(view.sections[1]?.groups[0]?.heading, 'Applicant A');
    const born = view.conflicts.find(({ path }) => path.endsWith('/birth_date'));
    assert.deepEqual(born?.choices.map(({ text }) => text).sort(), ['1985', 'June 1986']);
    assert.equal(born?.label, 'Applicant A: Born');
    const removed = view.conflicts.find(({ path }) => path.endsWith('/occupation'));
    assert.equal(removed?.label, 'Child A: Occupation'); // The name was removed with the person.
    assert.deepEqual(removed.choices.map(({ value }) => value === undefined).sort(), [false, true]);
    assert.deepEqual(view.notes.map(({ text }) => text), ['Interview of 3 November: clear and consistent.']);
    assert.deepEqual(view.consents.map(({ label, inForce }) => [label, inForce]),
        [['Applicant A · Observers', false], ['Applicant A · Passing on the dossier', true]]);
    assert.equal(view.unreadable + view.waiting, 0);
    const second = viewIn(officer, kSecond);
    assert.deepEqual(second.sections.at(-1)?.groups[0]?.fields.map(({ path, text }) => [path, text]), [['other/value', 'has no place']]);
    const summary = summaryOf(kFirst, officer.dossiers.get(kFirst)!);
    assert.ok(summary.conflict && summary.whole && summary.outcome === '');
});

test('settling a conflict leaves none, and a field that stays has its entry again', async () => {
    const writers = await written();
    const stands = (path: string): boolean => writers.officer.dossiers.get(kFirst)?.state().fields.has(path) === true;
    for (const { path, choices } of viewIn(writers.officer, kFirst).conflicts) {
        const kept = choices.find(({ value }) => value !== undefined);
        assert.ok(kept);
        await writers.say(writers.officer, kFirst, '2026-11-04T08:00:00Z', settlingChanges(path, kept, stands));
    }
    assert.deepEqual(viewIn(writers.officer, kFirst).conflicts, []);
    assert.ok(stands('persons/00000000000000a2'));
    const leaves = settlingChanges('a/b', { by: { op: '', chain: { site: '', incarnation: 1 }, author: '', at: 0 }, value: undefined, text: '' }, stands);
    assert.deepEqual(leaves, [{ kind: 'remove', path: 'a/b' }]);
});

test('two decisions that did not see each other are shown both, and a third one settles them', async () => {
    const writers = await written();
    await writers.say(writers.officer, kSecond, '2026-11-05T08:00:00Z', decisionChanges('accepted', 'First.', 'Officer 1'));
    await writers.say(writers.kiosk, kSecond, '2026-11-05T08:01:00Z', decisionChanges('refused', 'Second.', 'Kiosk 1'));
    await writers.catchUp(writers.officer);
    const both = viewIn(writers.officer, kSecond);
    assert.ok(both.decision.conflict);
    assert.deepEqual(both.decision.given.map(({ outcome, reason }) => `${outcome}: ${reason}`).sort(), ['accepted: First.', 'refused: Second.']);
    assert.deepEqual(both.conflicts, []);
    assert.equal(summaryOf(kSecond, writers.officer.dossiers.get(kSecond)!).outcome, '');
    await writers.say(writers.officer, kSecond, '2026-11-05T09:00:00Z', decisionChanges('interview', 'Both have been read.', 'Officer 1'));
    const settled = viewIn(writers.officer, kSecond).decision;
    assert.ok(!settled.conflict);
    assert.deepEqual(settled.given.map(({ outcome }) => outcome), ['interview']);
});

test('decisions and notes are ops that everybody takes, at any length that fits', () => {
    for (const text of ['x', '\u0001'.repeat(10_000), 'é'.repeat(16_000)]) {
        assert.ok(fits(text));
        checkContent({ author: 'office 51a000', at: 1, changes: [...decisionChanges('refused', text, 'Headquarters'), ...noteChanges(text)] });
    }
    assert.ok(!fits('x'.repeat(40_000)) && !fits('\u0001'.repeat(20_000)));
    assert.match(noteChanges('x')[0]?.path ?? '', /^notes\/[0-9a-f]{16}\/text$/);
});
