import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeClock, encodeClock, sinceClock } from './clock_strip.mjs';

test('a clock is read back as it was drawn', () => {
    for (const value of [0, 1, 255, 256, 123456789, 2 ** 32 - 1]) assert.equal(decodeClock(encodeClock(value)), value);
});

test('a moment is drawn mod 2^32', () => {
    assert.equal(decodeClock(encodeClock(2 ** 32 + 7)), 7);
});

test('one wrong cell makes the strip unreadable', () => {
    for (let cell = 0; cell < 42; ++cell) {
        const luma = encodeClock(0x12345678);
        luma[cell] = luma[cell] === 235 ? 16 : 235;
        assert.equal(decodeClock(luma), null, `cell ${cell}`);
    }
});

test('a picture without a strip is no clock', () => {
    assert.equal(decodeClock(new Array(42).fill(235)), null);
    assert.equal(decodeClock(new Array(42).fill(16)), null);
    assert.equal(decodeClock([235, 16]), null);
});

test('the age of a clock survives its overflow', () => {
    assert.equal(sinceClock(5 * 2 ** 32 + 20, 2 ** 32 - 30), 50);
    assert.equal(sinceClock(1000, 1010), -10);
});
