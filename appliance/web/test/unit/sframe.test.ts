import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseTrailer, protect, unprotect, type MediaKind } from '../../src/sframe/frame';
import { FrameCipher, joined, kSuites } from '../../src/sframe/frame_cipher';
import { parseHeader, writeHeader } from '../../src/sframe/header';
import { Keyring, ReplayWindow, SendingKey } from '../../src/sframe/keyring';

// The appliance's own tests read the same file.
const vectors = JSON.parse(readFileSync('../../tests/vectors/sframe.json', 'utf8'));
const bytes = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (all: Uint8Array): string => Buffer.from(all).toString('hex');
const key = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(fill);

test('headers are written and read as in RFC 9605 appendix C.1', () => {
    for (const { kid, counter, encoded } of vectors.header) {
        assert.equal(hex(writeHeader({ kid: BigInt(kid), counter: BigInt(counter) })), encoded);
        assert.deepEqual(parseHeader(bytes(encoded)),
            { kid: BigInt(kid), counter: BigInt(counter), size: encoded.length / 2 });
        assert.equal(parseHeader(bytes(encoded.slice(0, -2))), undefined);
    }
    for (const longer of ['8007', '0807', '0900ff']) assert.equal(parseHeader(bytes(longer)), undefined);
});

test('every suite seals and opens as in RFC 9605 appendix C.3', async () => {
    assert.equal(vectors.sframe.length, kSuites.length);
    for (const vector of vectors.sframe) {
        const suite = kSuites.find(({ id }) => id === vector.suite);
        const cipher = await FrameCipher.create(BigInt(vector.kid), bytes(vector.base_key), suite);
        const header = writeHeader({ kid: BigInt(vector.kid), counter: BigInt(vector.counter) });
        const aad = joined(header, bytes(vector.metadata));
        const sealed = await cipher.seal(BigInt(vector.counter), aad, bytes(vector.plain));
        assert.equal(hex(joined(header, sealed)), vector.sealed);
        assert.equal(hex(await cipher.open(BigInt(vector.counter), aad, sealed) ?? key(0)), vector.plain);
        sealed[0] = (sealed[0] ?? 0) ^ 1;
        assert.equal(await cipher.open(BigInt(vector.counter), aad, sealed), undefined);
    }
});

test('frames are protected as the appliance protects them, and its frames open', async () => {
    for (const vector of vectors.frames) {
        const kind = vector.kind as MediaKind;
        const cipher = await FrameCipher.create(BigInt(vector.kid), bytes(vector.base_key));
        assert.equal(hex(await protect(cipher, BigInt(vector.counter), kind, bytes(vector.frame))), vector.protected);
        const protectedFrame = bytes(vector.protected);
        const trailer = parseTrailer(protectedFrame);
        assert.ok(trailer);
        const opened = await unprotect(cipher, trailer, kind, protectedFrame);
        assert.equal(hex(opened ?? key(0)), vector.frame);
        for (let at = 0; at < protectedFrame.length; ++at) {
            const altered = protectedFrame.slice();
            altered[at] = (altered[at] ?? 0) ^ 4;
            const other = parseTrailer(altered);
            if (other !== undefined) assert.equal(await unprotect(cipher, other, kind, altered), undefined, `byte ${at}`);
        }
    }
});

test('a keyring opens each frame once, none in clear, none of strangers, none after its key died', async () => {
    const ring = new Keyring();
    assert.ok(await ring.add(1n, key(1)));
    assert.equal(await ring.add(1n, key(2)), false);
    const sender = await SendingKey.create(1n, key(1));
    const frame = new Uint8Array(200).fill(7);
    assert.equal((await ring.open('video', frame, 0)).opening, 'no_trailer');
    const stranger = await SendingKey.create(2n, key(1));
    assert.equal((await ring.open('video', await stranger.protect('video', frame), 0)).opening, 'unknown_key');
    const impostor = await SendingKey.create(1n, key(2));
    assert.equal((await ring.open('video', await impostor.protect('video', frame), 0)).opening, 'not_authentic');
    const good = await sender.protect('video', frame);
    assert.equal((await ring.open('audio', good, 0)).opening, 'not_authentic', 'a picture is no sound');
    const both = await Promise.all([ring.open('video', good, 0), ring.open('video', good, 0)]);
    assert.deepEqual(both.map(({ opening }) => opening).sort(), ['opened', 'replayed']);
    ring.expire(1n, 1000);
    ring.expire(1n, 5000);
    assert.equal((await ring.open('video', await sender.protect('video', frame), 999)).opening, 'opened');
    assert.equal((await ring.open('video', await sender.protect('video', frame), 1000)).opening, 'unknown_key');
    ring.tick(1000);
    assert.equal(ring.size, 0);
});

test('the replay window takes any order once and nothing older', () => {
    const window = new ReplayWindow();
    for (const counter of [5n, 3n, 4n, 0n]) {
        assert.ok(window.isNew(counter));
        window.note(counter);
        assert.ok(!window.isNew(counter));
    }
    window.note(5n + ReplayWindow.frames);
    assert.ok(!window.isNew(5n));
    assert.ok(window.isNew(6n));
    window.note((1n << 64n) - 1n);
    assert.ok(!window.isNew(6n));
    assert.ok(window.isNew((1n << 64n) - 2n));
});
