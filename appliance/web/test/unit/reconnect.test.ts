import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    Backoff, kConnectMs, kRestartMs, kUnauthorisedPatienceMs, kUnsettledMs, LinkMachine, Patience,
} from '../../src/rtc/reconnect';

const kLongest = (): number => 1; // the jitter that shortens nothing

function connectedMachine(): LinkMachine {
    const machine = new LinkMachine(kLongest);
    assert.deepEqual(machine.handle({ kind: 'start' }, 0), ['post']);
    assert.deepEqual(machine.handle({ kind: 'posted' }, 100), []);
    assert.deepEqual(machine.handle({ kind: 'peer', state: 'connected' }, 200), []);
    assert.equal(machine.phase, 'connected');
    return machine;
}

test('back-off is quick while a hub restarts, then doubles to five seconds and stays there', () => {
    const backoff = new Backoff(kLongest);
    const delays = Array.from({ length: 20 }, () => backoff.nextDelayMs());
    assert.deepEqual(delays.slice(0, 11), [500, 1000, 1000, 1000, 1000, 1000, 1000, 2000, 4000, 5000, 5000]);
    assert.ok(delays.slice(11).every((delay) => delay === 5000));
    backoff.reset();
    assert.equal(backoff.nextDelayMs(), 500);
});

test('jitter shortens a delay by at most half', () => {
    assert.equal(new Backoff(() => 0).nextDelayMs(), 250);
});

test('403 is final at once, 401 only after a restarted hub had its time', () => {
    const patience = new Patience();
    assert.equal(patience.isFinal(403, 0, true), true);
    assert.equal(patience.isFinal(401, 1_000, true), false);
    assert.equal(patience.isFinal(401, 1_000 + kUnauthorisedPatienceMs - 1, true), false);
    assert.equal(patience.isFinal(401, 1_000 + kUnauthorisedPatienceMs, true), true);
    patience.reset();
    assert.equal(patience.isFinal(401, 1_000 + kUnauthorisedPatienceMs, true), false);
});

test('401 is final at once for somebody the hub has never let in', () => {
    assert.equal(new Patience().isFinal(401, 0, false), true);
});

test('trouble that is not a refusal is never final', () => {
    for (const status of [0, 404, 406, 500, 503]) assert.equal(new Patience().isFinal(status, 1e9, false), false);
});

test('a short disconnection heals by itself', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'peer', state: 'disconnected' }, 1_000);
    assert.equal(machine.phase, 'unsettled');
    assert.deepEqual(machine.handle({ kind: 'tick' }, 1_000 + kUnsettledMs - 1), []);
    assert.deepEqual(machine.handle({ kind: 'peer', state: 'connected' }, 2_900), []);
    assert.equal(machine.phase, 'connected');
    assert.equal(machine.deadline, undefined);
});

test('two seconds of disconnection restart ICE, and the hub’s answer with a connection settles it', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'peer', state: 'disconnected' }, 1_000);
    assert.deepEqual(machine.handle({ kind: 'tick' }, 1_000 + kUnsettledMs), ['restart']);
    machine.handle({ kind: 'restarted' }, 3_100);
    assert.equal(machine.phase, 'connecting');
    machine.handle({ kind: 'peer', state: 'connected' }, 3_200);
    assert.equal(machine.phase, 'connected');
});

test('a restart that the hub answers but that never connects ends in a fresh offer', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'peer', state: 'disconnected' }, 0);
    machine.handle({ kind: 'tick' }, kUnsettledMs);
    machine.handle({ kind: 'restarted' }, 3_000);
    assert.deepEqual(machine.handle({ kind: 'tick' }, 3_000 + kConnectMs), ['discard']);
    assert.equal(machine.phase, 'waiting');
    assert.deepEqual(machine.handle({ kind: 'tick' }, 3_000 + kConnectMs + 500), ['post']);
});

test('a hub that does not answer a restart in time is offered a fresh connection', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'network-changed' }, 1_000);
    assert.deepEqual(machine.handle({ kind: 'tick' }, 1_000 + kRestartMs), ['discard']);
});

test('a restarted hub (404) gets a fresh offer without waiting', () => {
    const machine = connectedMachine();
    assert.deepEqual(machine.handle({ kind: 'network-changed' }, 1_000), ['restart']);
    assert.deepEqual(machine.handle({ kind: 'restart-failed', status: 404 }, 1_100), ['discard', 'post']);
    assert.equal(machine.phase, 'posting');
});

test('a check of a healthy connection is not called a loss', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'network-changed' }, 1_000);
    assert.equal(machine.phase, 'checking');
    machine.handle({ kind: 'restarted' }, 1_100);
    assert.equal(machine.phase, 'connected');
});

test('an old path that flickers back during a restart does not hide that the hub has not answered', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'peer', state: 'disconnected' }, 0);
    machine.handle({ kind: 'tick' }, kUnsettledMs);
    machine.handle({ kind: 'peer', state: 'connected' }, kUnsettledMs + 10);
    assert.equal(machine.phase, 'restarting');
    machine.handle({ kind: 'restarted' }, kUnsettledMs + 20);
    assert.equal(machine.phase, 'connected');
});

test('a failed connection is discarded and offered again after the back-off, for ever', () => {
    const machine = connectedMachine();
    assert.deepEqual(machine.handle({ kind: 'peer', state: 'failed' }, 1_000), ['discard']);
    let now = 1_000;
    for (const delay of [500, 1000, 1000, 1000, 1000, 1000, 1000, 2000, 4000, 5000, 5000]) {
        assert.equal(machine.deadline, now + delay);
        now += delay;
        assert.deepEqual(machine.handle({ kind: 'tick' }, now), ['post']);
        assert.deepEqual(machine.handle({ kind: 'post-failed', status: 0 }, now), ['discard']);
    }
});

test('a connection starts the back-off from its beginning', () => {
    const machine = connectedMachine();
    machine.handle({ kind: 'peer', state: 'failed' }, 0);
    machine.handle({ kind: 'tick' }, 500);
    machine.handle({ kind: 'posted' }, 600);
    machine.handle({ kind: 'peer', state: 'connected' }, 700);
    machine.handle({ kind: 'peer', state: 'failed' }, 1_000);
    assert.equal(machine.deadline, 1_500);
});

test('an answer that never leads to a connection is given up after ten seconds', () => {
    const machine = new LinkMachine(kLongest);
    machine.handle({ kind: 'start' }, 0);
    machine.handle({ kind: 'posted' }, 100);
    assert.equal(machine.deadline, 100 + kConnectMs);
    assert.deepEqual(machine.handle({ kind: 'tick' }, 100 + kConnectMs), ['discard']);
});

test('401 after a hub restart is retried for a minute and then refused', () => {
    const machine = new LinkMachine(kLongest);
    machine.handle({ kind: 'start' }, 0);
    let now = 0;
    while (machine.phase !== 'refused') {
        machine.handle({ kind: 'post-failed', status: 401 }, now);
        now = machine.deadline ?? now;
        machine.handle({ kind: 'tick' }, now);
        assert.ok(now < kUnauthorisedPatienceMs + 6_000);
    }
    assert.ok(now >= kUnauthorisedPatienceMs);
    assert.deepEqual(machine.handle({ kind: 'start' }, now), ['post']);
});

test('after stop nothing happens any more', () => {
    const machine = connectedMachine();
    assert.deepEqual(machine.handle({ kind: 'stop' }, 1_000), ['discard']);
    assert.deepEqual(machine.handle({ kind: 'peer', state: 'failed' }, 1_001), []);
    assert.deepEqual(machine.handle({ kind: 'network-changed' }, 1_002), []);
    assert.deepEqual(machine.handle({ kind: 'restarted' }, 1_003), []);
    assert.equal(machine.deadline, undefined);
    assert.equal(machine.phase, 'idle');
});
