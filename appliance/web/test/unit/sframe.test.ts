import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseTrailer, protect, unprotect, type MediaKind } from '../../src/sframe/frame';
import { FrameCipher, joined, kSuites } from '../../src/sframe/frame_cipher';
import { parseHeader, writeHeader } from '../../src/sframe/header';
import { FrameLine } from '../../src/sframe/frame_line';
import { KeyStore } from '../../src/sframe/key_store';
import { Keyring, ReplayWindow, SendingKey } from '../../src/sframe/keyring';
import { SlotHealth } from '../../src/sframe/slot_health';

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

test('AES-CTR with HMAC seals as in RFC 9605 appendix C.2', async () => {
    for (const { suite: id, cipher_key, mac_key, nonce, aad, plain, sealed } of vectors.ctr_hmac) {
        const suite = kSuites.find((known) => known.id === id);
        assert.ok(suite);
        // A salt is a nonce of counter 0.
        const cipher = await FrameCipher.fromKeys(0n, suite, bytes(cipher_key + mac_key), bytes(nonce));
        assert.equal(hex(await cipher.seal(0n, bytes(aad), bytes(plain))), sealed);
        assert.equal(hex(await cipher.open(0n, bytes(aad), bytes(sealed)) ?? key(0)), plain);
    }
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

const kOwner = { sender: 'a1', kind: 'video' } as const;

test('a keyring opens each frame once, none in clear, none of strangers, none after its key died', async () => {
    const ring = new Keyring();
    assert.ok(await ring.add(1n, key(1), kOwner));
    assert.equal(await ring.add(1n, key(2), kOwner), false);
    const sender = await SendingKey.create(1n, key(1));
    const frame = new Uint8Array(200).fill(7);
    const opening = async (some: Uint8Array<ArrayBuffer>, now = 0, kind: MediaKind = 'video', seat: string | undefined = 'a1') =>
        (await ring.open(kind, seat, some, now)).opening;
    assert.equal(await opening(frame), 'no_trailer');
    const stranger = await SendingKey.create(2n, key(1));
    assert.equal(await opening(await stranger.protect('video', frame)), 'unknown_key');
    const impostor = await SendingKey.create(1n, key(2));
    assert.equal(await opening(await impostor.protect('video', frame)), 'not_authentic');
    const good = await sender.protect('video', frame);
    assert.equal(await opening(good, 0, 'audio'), 'wrong_sender', 'a picture is no sound');
    const both = await Promise.all([opening(good), opening(good)]);
    assert.deepEqual(both.sort(), ['opened', 'replayed']);
    ring.expire(1n, 1000);
    ring.expire(1n, 5000);
    assert.equal(await opening(await sender.protect('video', frame), 999), 'opened');
    assert.equal(await opening(await sender.protect('video', frame), 1000), 'unknown_key');
    ring.tick(1000);
    assert.equal(ring.size, 0);
});

test('nobody’s picture opens in the place of somebody else', async () => {
    const store = new KeyStore();
    const sender = await SendingKey.create(1n, key(1));
    assert.ok(await store.take(5, [], [{ ...kOwner, kid: 1n, key: key(1) }]));
    const frame = await sender.protect('video', new Uint8Array(50));
    for (const people of [[], [null], ['b2'], [null, 'a1']]) {
        store.seat(people);
        assert.equal((await store.open('video', 0, frame, 0)).opening, 'wrong_sender');
    }
    store.seat(['a1']);
    assert.equal((await store.open('video', 0, frame, 0)).opening, 'opened');
});

test('an epoch is sent under after its switch, and never taken twice', async () => {
    const store = new KeyStore();
    const send = (kid: bigint) => [{ kind: 'audio' as const, kid, key: key(3) }];
    const given = send(8n);
    assert.ok(await store.take(2, given, []));
    assert.ok(given[0]?.key.every((byte) => byte === 0), 'the key is wiped');
    assert.equal(store.sender('audio'), undefined);
    store.switchTo(3, 0, 0);
    assert.equal(store.sender('audio'), undefined);
    store.switchTo(2, 0, 0);
    const first = store.sender('audio');
    assert.equal(first?.kid, 8n);
    assert.equal(store.sender('video'), undefined);
    assert.equal(await store.take(2, send(8n), []), false);
    assert.equal(await store.take(1, send(9n), []), false);
    assert.equal(store.sender('audio'), first, 'the same key goes on with its counter');
    assert.ok(await store.take(3, send(10n), []));
    assert.equal(store.sender('audio'), first);
    store.switchTo(3, 0, 0);
    assert.equal(store.sender('audio')?.kid, 10n);
    assert.ok(await store.take(4, [], []));
    store.switchTo(4, 0, 0);
    assert.equal(store.sender('audio'), undefined);
    store.forget();
    assert.equal(await store.take(4, send(11n), []), false);
});

test('keys of before open for a second after the switch at least, and no longer than they should', async () => {
    const store = new KeyStore();
    store.seat(['a1']);
    const old = await SendingKey.create(1n, key(1)), next = await SendingKey.create(2n, key(2));
    const opening = async (from: SendingKey, now: number) =>
        (await store.open('video', 0, await from.protect('video', new Uint8Array(50)), now)).opening;
    await store.take(1, [], [{ ...kOwner, kid: 1n, key: key(1) }]);
    store.switchTo(1, 0, 0);
    await store.take(2, [], [{ ...kOwner, kid: 2n, key: key(2) }]);
    assert.equal(await opening(old, 50_000), 'opened');
    assert.equal(await opening(next, 50_000), 'opened', 'receivers have it before the switch');
    store.switchTo(2, 300, 60_000);
    assert.equal(await opening(old, 60_999), 'opened');
    assert.equal(await opening(old, 61_000), 'unknown_key');
    assert.equal(await opening(next, 99_000), 'opened');
});

test('frames wait for a key on its way, in their order, and not for ever', async () => {
    const line = new FrameLine(60, 3);
    const seen: string[] = [];
    let here = false;
    const waits = (name: string) => line.enter(async (last) => {
        if (!here && !last) return false;
        seen.push(here ? name : `${name} given up`);
        return true;
    });
    assert.ok(waits('1') && waits('2') && waits('3'));
    assert.equal(waits('4'), false, 'no more than these are kept');
    here = true;
    line.news();
    await new Promise((done) => setTimeout(done, 10));
    assert.deepEqual(seen, ['1', '2', '3']);
    here = false;
    const before = performance.now();
    await new Promise<void>((done) => {
        assert.ok(waits('5'));
        assert.ok(line.enter(async () => { done(); return true; }));
    });
    assert.deepEqual(seen.at(-1), '5 given up');
    assert.ok(performance.now() - before >= 50);
});

test('a slot is in trouble when nothing of it has opened for a second', () => {
    const health = new SlotHealth();
    for (let now = 0; now <= 1_000; now += 100) health.note(2, 'video', false, now);
    assert.deepEqual(health.unavailable(1_000), []);
    health.note(2, 'video', false, 1_100);
    health.note(4, 'audio', false, 1_100);
    assert.deepEqual(health.unavailable(1_100), [2]);
    health.note(2, 'video', true, 1_200);
    assert.deepEqual(health.unavailable(1_200), []);
    for (let now = 2_000; now <= 3_500; now += 100) health.note(1, 'video', false, now);
    assert.deepEqual(health.unavailable(3_500), [1]);
    health.clear(1);
    assert.deepEqual(health.unavailable(3_500), []);
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
