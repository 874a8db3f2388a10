// Catalogues that a page fetches when somebody reads the language.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetched, fetchTexts, isHere } from '../../src/i18n/fetched';
import { locales, language, preferred } from '../../src/i18n';

const kOffered = ['en', 'ar', 'fr', 'prs'];

test('texts of a language come from all its catalogues, once', async () => {
    const call = fetched({ en: { yes: 'Yes' } } as Record<string, Record<string, string>>, { xa: './call-xa.json' });
    const office = fetched({ en: { no: 'No' } } as Record<string, Record<string, string>>, { xa: './office-xa.json' });
    assert.deepEqual(Object.keys(call), ['en', 'xa']);
    assert.ok(isHere('en') && !isHere('xa'));
    const asked: string[] = [];
    const get = (url: unknown) => {
        asked.push(String(url).split('/').at(-1) ?? '');
        return Promise.resolve(Response.json(asked.length === 1 ? { yes: 'Si' } : { no: 'Nu' }));
    };
    await fetchTexts('xa', get as typeof fetch);
    await fetchTexts('xa', get as typeof fetch);
    assert.deepEqual(asked, ['call-xa.json', 'office-xa.json']);
    assert.deepEqual([call['xa'], office['xa']], [{ yes: 'Si' }, { no: 'Nu' }]);
    assert.ok(isHere('xa'));
});

test('texts that do not come are asked for again the next time', async () => {
    const call = fetched({ en: {} } as Record<string, Record<string, string>>, { xb: './call-xb.json' });
    await assert.rejects(fetchTexts('xb', (() => Promise.resolve(new Response('', { status: 503 }))) as typeof fetch), /503/);
    assert.ok(!isHere('xb'));
    await fetchTexts('xb', (() => Promise.resolve(Response.json({ yes: 'Sa' }))) as typeof fetch);
    assert.deepEqual(call['xb'], { yes: 'Sa' });
});

test('a browser’s own name of a language finds its folder', () => {
    assert.equal(preferred(['fa-AF', 'en'], kOffered), 'prs');
    assert.equal(preferred(['prs'], kOffered), 'prs');
    assert.equal(preferred(['fr-CH', 'en'], kOffered), 'fr');
    assert.equal(preferred(['nl-NL', 'ar-SY'], kOffered), 'ar');
    // Persian is not Dari: who reads one may not read the other.
    assert.equal(preferred(['fa-IR', 'de'], kOffered), 'en');
});

test('numbers, times and countries are written as the language does, and in English where it is unknown', () => {
    const number = (code: string) => {
        language.value = code;
        return (1234).toLocaleString(locales());
    };
    assert.deepEqual([number('prs'), number('en'), number('xx')], ['۱٬۲۳۴', '1,234', '1,234']);
    language.value = 'en';
});
