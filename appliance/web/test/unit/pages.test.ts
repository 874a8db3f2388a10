import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureState, troubleOf, wireState } from '../../src/capture/capture_state';
import { levelOf } from '../../src/capture/level_meter';
import { isKey, preferred } from '../../src/i18n';
import type { Person, Standing } from '../../src/signalling/messages';
import { rosterOrder, stageView } from '../../src/ui/stage_view';
import { endingKey, nobodyToSee, shownSlots, standingKey } from '../../src/ui/standing_view';
import { coverOf } from '../../src/ui/tile';

const person = (id: string, role: Person['role'], present = true): Person => ({
    id, name: id, role, organisation: '', present, publishing: true, audio: 'on', video: 'on',
});

test('a microphone button says what its track says', () => {
    const live = { readyState: 'live', enabled: true, muted: false } as const;
    assert.equal(captureState(live, false, false), 'on');
    assert.equal(captureState({ ...live, enabled: false }, false, false), 'off');
    assert.equal(captureState({ ...live, muted: true }, false, false), 'silenced');
    assert.equal(captureState({ ...live, readyState: 'ended' }, false, false), 'none');
    assert.equal(captureState(undefined, true, false), 'starting');
    assert.equal(captureState(undefined, false, true), 'off');
    assert.equal(captureState(undefined, false, false), 'none');
});

test('the others are told “on” only while something is sent', () => {
    assert.deepEqual((['on', 'off', 'starting', 'silenced', 'none'] as const).map(wireState),
        ['on', 'muted', 'muted', 'muted', 'none']);
});

test('device errors become something a person can act on', () => {
    assert.equal(troubleOf('NotAllowedError'), 'denied');
    assert.equal(troubleOf('NotFoundError'), 'missing');
    assert.equal(troubleOf('NotReadableError'), 'busy');
});

test('the level is nothing for silence and half way at -30 dBFS', () => {
    assert.equal(levelOf(new Float32Array(64)), 0);
    assert.ok(Math.abs(levelOf(new Float32Array(64).fill(10 ** (-30 / 20))) - 0.5) < 0.01);
    assert.equal(levelOf(new Float32Array(64).fill(1)), 1);
});

test('the applicant is large wherever the slot is', () => {
    const people = [person('i', 'interviewer'), person('a', 'applicant')];
    const view = stageView(['i', null, 'a'], people, 'me');
    assert.equal(view.featured, 2);
    assert.equal(view.waiting, false);
    assert.deepEqual(view.people.map((shown) => shown?.id), ['i', undefined, 'a']);
});

test('nobody without a name in the roster is shown, nor ourselves', () => {
    const view = stageView(['stranger', 'me'], [person('me', 'interviewer')], 'me');
    assert.deepEqual(view.people, [undefined, undefined]);
    assert.equal(view.waiting, true);
});

test('the roster has present people first, then the applicant', () => {
    const people = [person('o', 'observer'), person('gone', 'applicant', false), person('i', 'interviewer'), person('a', 'applicant')];
    assert.deepEqual(rosterOrder(people).map((shown) => shown.id), ['a', 'i', 'o', 'gone']);
});

test('a frozen picture does not pass for a live one', () => {
    assert.equal(coverOf(person('a', 'applicant'), 'moving', true), undefined);
    assert.equal(coverOf(person('a', 'applicant'), 'stalled', true), 'stalled');
    assert.equal(coverOf(person('a', 'applicant'), 'none', true), 'starting');
    assert.equal(coverOf(person('a', 'applicant'), 'moving', false), 'lost');
    assert.equal(coverOf(person('a', 'applicant'), 'moving', true, false), 'unprotected');
    assert.equal(coverOf(person('a', 'applicant'), 'none', true, true, false), 'keyless');
    assert.equal(coverOf({ ...person('a', 'applicant'), video: 'muted' }, 'moving', true), 'camera_off');
});

const standing = (state: Standing['state'], pause?: Standing['pause']): Standing => ({ state, pause, endReason: '' });

test('nobody is shown in a pause, but those who talk privately see each other', () => {
    for (const pause of ['break', 'distress', 'link-lost'] as const) {
        assert.ok(nobodyToSee(standing('paused', pause), 'interviewer'), pause);
        assert.ok(nobodyToSee(standing('paused', pause), 'observer'), pause);
    }
    assert.ok(!nobodyToSee(standing('paused', 'private-talk'), 'interviewer'));
    assert.ok(nobodyToSee(standing('paused', 'private-talk'), 'observer'));
    assert.ok(nobodyToSee(standing('ended'), 'interviewer'));
    assert.deepEqual(shownSlots(['a', null], standing('live'), 'observer'), ['a', null]);
    assert.deepEqual(shownSlots(['a', null], standing('paused', 'break'), 'observer'), [null, null]);
});

test('there are words for every state, pause and ending', () => {
    for (const state of ['scheduled', 'checked-in', 'consenting', 'waiting', 'live', 'ended'] as const)
        assert.ok(isKey(standingKey(standing(state), 'interviewer')), state);
    for (const pause of ['break', 'private-talk', 'link-lost', 'distress'] as const)
        for (const watcher of ['interviewer', 'observer'] as const) assert.ok(isKey(standingKey(standing('paused', pause), watcher)), pause);
    for (const reason of [
        'complete', 'by-applicant', 'by-delegation', 'distress', 'medical', 'emergency', 'technical', 'interpretation',
        'interrupted', 'applicant-absent', 'interpreter-absent', 'delegation-absent',
    ]) assert.ok(endingKey(reason), reason);
    assert.equal(endingKey('closed'), undefined);
});

test('the page speaks the first of the person’s languages that it knows', () => {
    assert.equal(preferred(['', 'so', 'fr-BE', 'en']), 'fr');
    assert.equal(preferred(['ti']), 'en');
});
