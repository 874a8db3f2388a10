import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubError } from '../../src/signalling/hub_api';
import { fromBase64url, toBase64url } from '../../src/sign_in/passkey';
import { troubleOf } from '../../src/sign_in/trouble';

test('every refusal becomes something a person can act on', () => {
    const byStatus = (status: number): string => troubleOf(new HubError(status, ''));
    assert.deepEqual([400, 401, 403, 409, 410, 413, 422, 429, 0, 500, 503].map(byStatus), [
        'passkey', 'unknown', 'origin', 'registered', 'used', 'passkey', 'passkey', 'many', 'away', 'away', 'away',
    ]);
    assert.equal(troubleOf(new DOMException('', 'NotAllowedError')), 'cancelled');
    assert.equal(troubleOf(new DOMException('', 'InvalidStateError')), 'registered');
    assert.equal(troubleOf(new DOMException('', 'SecurityError')), 'passkey');
    assert.equal(troubleOf(new TypeError()), 'passkey');
});

test('bytes survive base64url', () => {
    for (const text of ['', 'Zg', 'Zm8', 'Zm9v', '__79', '-_-_']) assert.equal(toBase64url(fromBase64url(text)), text);
    assert.throws(() => fromBase64url(7));
});
