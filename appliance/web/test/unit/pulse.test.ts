import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kPingMs, kSilenceMs, Pulse } from '../../src/keys/pulse';

class Bench {
    now = 1000;
    readonly asked: string[] = [];
    readonly turns: boolean[] = [];
    private beat_: () => void = () => undefined;
    readonly pulse = new Pulse((nonce) => this.asked.push(nonce), (silent) => this.turns.push(silent), {
        now: () => this.now,
        every: (ms, what) => {
            assert.equal(ms, kPingMs);
            this.beat_ = what;
            return 0 as unknown as ReturnType<typeof setInterval>;
        },
    });
    pass(beats: number): void {
        for (; beats > 0; --beats) {
            this.now += kPingMs;
            this.beat_();
        }
    }
}

test('a kiosk that answers is not silent, and each question is another', () => {
    const bench = new Bench();
    bench.pulse.begin();
    for (let i = 0; i < 20; ++i) {
        assert.ok(bench.pulse.answered(bench.asked.at(-1) as string));
        bench.pass(1);
    }
    assert.deepEqual(bench.turns, []);
    assert.equal(new Set(bench.asked).size, bench.asked.length);
});

test('fifteen seconds without an answer are silence, and an answer ends it', () => {
    const bench = new Bench();
    bench.pulse.begin();
    bench.pass(kSilenceMs / kPingMs - 1);
    assert.deepEqual(bench.turns, []);
    bench.pass(1);
    assert.deepEqual(bench.turns, [true]);
    bench.pulse.answered(bench.asked.at(-1) as string);
    assert.deepEqual(bench.turns, [true, false]);
});

test('answers that were kept back are worth what is left of their time', () => {
    const bench = new Bench();
    bench.pulse.begin();
    bench.pass(2);
    const kept = bench.asked.at(-1) as string; // asked now
    bench.pass(1);
    assert.deepEqual(bench.turns, [true]);
    bench.pulse.answered(kept);
    assert.deepEqual(bench.turns, [true, false]);
    bench.pass(2);
    assert.deepEqual(bench.turns, [true, false, true], 'fifteen seconds after it was asked, not after it came');
    assert.equal(bench.pulse.answered(kept), false, 'and only once');
    assert.equal(bench.pulse.answered('A'.repeat(22)), false);
});
