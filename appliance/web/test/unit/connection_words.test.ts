import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionWords, kBackMs, lineOf } from '../../src/rtc/connection_words';

test('joining is not called a loss', () => {
    const words = new ConnectionWords();
    assert.equal(words.update('idle', 'idle', 'idle', 0), 'idle');
    assert.equal(words.update('connected', 'connecting', 'connected', 1), 'joining');
    assert.equal(words.update('connected', 'connected', 'connected', 2), 'connected');
});

test('a healed loss says “back again” for a while', () => {
    const words = new ConnectionWords();
    words.update('connected', 'connected', 'connected', 0);
    assert.equal(words.update('reconnecting', 'reconnecting', 'reconnecting', 1_000), 'lost');
    assert.equal(words.update('connected', 'connected', 'connected', 2_000), 'back');
    assert.equal(words.update('connected', 'connected', 'connected', 2_000 + kBackMs - 1), 'back');
    assert.equal(words.update('connected', 'connected', 'connected', 2_000 + kBackMs), 'connected');
});

test('the words say which way is lost', () => {
    const words = new ConnectionWords();
    words.update('connected', 'connected', 'connected', 0);
    assert.equal(words.update('connected', 'reconnecting', 'connected', 1), 'lost-up');
    assert.equal(words.update('connected', 'connected', 'reconnecting', 2), 'lost-down');
    assert.equal(words.update('reconnecting', 'connected', 'connected', 3), 'lost-control');
});

test('an observer, who has no way up, has lost everything with the way down', () => {
    const words = new ConnectionWords();
    assert.equal(words.update('connected', 'none', 'connected', 0), 'connected');
    assert.equal(words.update('connected', 'none', 'reconnecting', 1), 'lost');
});

test('a refusal is said whatever else works', () => {
    assert.equal(new ConnectionWords().update('connected', 'refused', 'connected', 0), 'refused');
});

test('after leaving, joining again is joining', () => {
    const words = new ConnectionWords();
    words.update('connected', 'connected', 'connected', 0);
    words.update('idle', 'idle', 'idle', 1);
    assert.equal(words.update('connecting', 'idle', 'idle', 2), 'joining');
});

test('being let in from the waiting room is joining, and being sent back is no loss', () => {
    const words = new ConnectionWords();
    assert.equal(words.update('connecting', 'none', 'none', 0), 'joining');
    assert.equal(words.update('connected', 'none', 'none', 1), 'connected');
    assert.equal(words.update('connected', 'connecting', 'connecting', 2), 'joining');
    assert.equal(words.update('connected', 'connected', 'connected', 3), 'connected');
    assert.equal(words.update('connected', 'none', 'none', 4), 'connected');
    assert.equal(words.update('reconnecting', 'none', 'none', 5), 'lost-control');
});

test('a leg that was connected once is reconnecting, not connecting', () => {
    assert.equal(lineOf('posting', false), 'connecting');
    assert.equal(lineOf('posting', true), 'reconnecting');
    assert.equal(lineOf('unsettled', true), 'reconnecting');
    assert.equal(lineOf('checking', true), 'connected');
});
