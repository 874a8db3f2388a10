// The catalogues of all languages: what is claimed to be complete is, and every text fills in the same things.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import about from 'languages:about';
import call from 'languages:call';
import kiosk from 'languages:kiosk';
import office from 'languages:office';

const kCatalogues: Record<string, Record<string, Record<string, string>>> = { call, kiosk, office };
/** Complete, and checked here; what is begun only falls back to English. */
const kComplete: Record<string, readonly string[]> = { call: ['en', 'fr'], office: ['en', 'fr'], kiosk: ['en', 'fr'] };

const braces = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test('complete catalogues have every text', () => {
    for (const [name, codes] of Object.entries(kComplete)) {
        for (const code of codes)
            assert.deepEqual(Object.keys(kCatalogues[name]?.[code] ?? {}).sort(), Object.keys(kCatalogues[name]?.['en'] ?? {}).sort(),
                `${code}/${name}.json`);
    }
});

test('every text belongs to an English one, says something, and fills in the same things', () => {
    for (const [name, catalogues] of Object.entries(kCatalogues)) {
        for (const [code, texts] of Object.entries(catalogues)) {
            for (const [key, text] of Object.entries(texts)) {
                const english = catalogues['en']?.[key];
                assert.ok(english !== undefined, `${code}/${name}.json: ${key} is no text of the English catalogue`);
                assert.notEqual(text.trim(), '', `${code}/${name}.json: ${key}`);
                assert.deepEqual(braces(text), braces(english), `${code}/${name}.json: ${key}`);
            }
        }
    }
});

test('every language says what it is, and whether its texts were reviewed', () => {
    for (const catalogues of Object.values(kCatalogues)) for (const code of Object.keys(catalogues)) assert.ok(about[code], code);
    for (const [code, { name, direction, review }] of Object.entries(about)) {
        assert.ok(name !== '' && ['ltr', 'rtl'].includes(direction) && ['original', 'reviewed', 'draft'].includes(review), code);
    }
});
