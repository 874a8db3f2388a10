// What the appliance seals to several keys is the general JWE that the jose package opens, and the other way round: the
// appliance's own test reads the same file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { calculateJwkThumbprint, generalDecrypt, importJWK, type GeneralJWE, type JWK } from 'jose';

const kWrap = 'ECDH-ES+A256KW';

interface Vector {
    readonly recipients: readonly JWK[];
    readonly text: string;
    readonly jwe: GeneralJWE;
    readonly jwe_of_pages: GeneralJWE;
}
const vector = JSON.parse(readFileSync('../../tests/vectors/shared_seal.json', 'utf8')) as Vector;

const open = async (jwe: GeneralJWE, key: JWK): Promise<string> => {
    const { plaintext } = await generalDecrypt(jwe, await importJWK(key, kWrap),
        { keyManagementAlgorithms: [kWrap], contentEncryptionAlgorithms: ['A256GCM'] });
    return new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
};

test('each recipient opens what was sealed to both', async () => {
    for (const jwe of [vector.jwe, vector.jwe_of_pages]) {
        for (const key of vector.recipients) assert.equal(await open(jwe, key), vector.text);
    }
});

test('a recipient is named by its thumbprint', async () => {
    const kids = vector.jwe.recipients.map((recipient) => recipient.header?.kid);
    assert.deepEqual(kids, await Promise.all(vector.recipients.map((key) => calculateJwkThumbprint(key))));
});

test('nobody else opens it', async () => {
    const other = { ...(vector.recipients[0] as JWK) };
    const alone = { ...vector.jwe, recipients: vector.jwe.recipients.slice(1) };
    await assert.rejects(open(alone, other));
});
