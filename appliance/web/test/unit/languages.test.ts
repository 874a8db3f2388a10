// The catalogues of all languages: what is claimed to be complete is, and every text fills in the same things.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import about from 'languages:about';
import call from 'languages:call';
import kiosk from 'languages:kiosk';
import office from 'languages:office';

const kCatalogues: Record<string, Record<string, Record<string, string>>> = { call, kiosk, office };
/** Complete, and checked here; what is begun only falls back to English. */
const kComplete: Record<string, readonly string[]> = {
    call: ['en', 'fr', 'ar', 'prs'], office: ['en', 'fr'], kiosk: ['en', 'fr', 'ar', 'prs'],
};
/** Begun for the applicant: what nobody may be without. */
const kBegun = ['ps', 'fa', 'so', 'ti', 'am', 'sw', 'rw', 'uk', 'es'];
const kApplicantNeeds = [
    'welcome', 'say_welcome', 'language', 'draft_short', 'draft_language', 'staff', 'yes', 'no', 'back', 'go_on',
    'ask_failed', 'listen', 'listen_interpreter', 'free', 'say_free',
    'complaint', 'say_complaint', 'ask_pause', 'ask_end', 'stop_heading', 'say_stop', 'stop_yes', 'stop_no', 'inform_heading',
    'say_inform', 'nobody_yet', 'reach_both', 'reach_sees', 'reach_hears', 'reach_not', 'say_understand', 'understood_yes',
    'understood_no', 'say_live', 'say_break', 'say_ended',
];
/** Letters of a script that is not the language's: a mistake of the keyboard. Pashto has both forms of yeh. */
const kForeign: Record<string, RegExp> = {
    ar: /[A-Za-z\u0400-\u04FFیکگپچ]/, prs: /[A-Za-z\u0400-\u04FFيكىة]/, fa: /[A-Za-z\u0400-\u04FFيكىة]/, ps: /[A-Za-z\u0400-\u04FFكىة]/,
    ti: /[A-Za-z\u0400-\u04FF\u0600-\u06FF]/, am: /[A-Za-z\u0400-\u04FF\u0600-\u06FF]/, uk: /[A-Za-z\u0600-\u06FFыэъё]/,
    en: /[^\n\x20-\x7E\u2013\u2018-\u201D\u2026]/, fr: /[\u0370-\u1FFF]/, so: /[^\x20-\x7E\u2019]/, sw: /[^\x20-\x7E\u2019]/, rw: /[^\x20-\x7E\u2019]/,
    es: /[\u0370-\u1FFF]/,
};
/** A key of the keyboard with the letters that it brings. */
const kLettersThemselves = 'key_more';
/** Names that are the same in every language. */
const kNames = /\{\w+\}|Sightline|Chrome|Edge|Firefox|Safari|https|ISO|Ctrl \+ M/g;

const kFolder = '../../session/languages'; // from appliance/web

const braces = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test('complete catalogues have every text', () => {
    for (const [name, codes] of Object.entries(kComplete)) {
        for (const code of codes)
            assert.deepEqual(Object.keys(kCatalogues[name]?.[code] ?? {}).sort(), Object.keys(kCatalogues[name]?.['en'] ?? {}).sort(),
                `${code}/${name}.json`);
    }
});

test('what is begun has what an applicant needs most', () => {
    for (const code of kBegun)
        assert.deepEqual(kApplicantNeeds.filter((key) => kiosk[code]?.[key as keyof typeof kiosk.en] === undefined), [], code);
    assert.deepEqual(Object.keys(about).sort(), [...new Set([...kBegun, ...Object.values(kComplete).flat()])].sort());
});

test('texts are in the letters of their language', () => {
    const strange: string[] = [];
    const look = (code: string, where: string, text: string): void => {
        const foreign = kForeign[code];
        assert.ok(foreign !== undefined, `which letters has ${code}?`);
        const found = foreign.exec(text.replace(kNames, ''));
        if (found !== null) strange.push(`${code}/${where}: ${found[0]} in ${text.slice(0, 60)}`);
    };
    for (const [name, catalogues] of Object.entries(kCatalogues)) {
        for (const [code, texts] of Object.entries(catalogues))
            for (const [key, text] of Object.entries(texts).filter(([key]) => key !== kLettersThemselves)) look(code, `${name}.json ${key}`, text);
    }
    for (const code of Object.keys(about)) {
        const folder = `${kFolder}/${code}/consent`;
        if (!existsSync(folder)) continue;
        for (const file of readdirSync(folder)) look(code, file, readFileSync(`${folder}/${file}`, 'utf8').replace(/^review: \w+/, ''));
    }
    assert.deepEqual(strange, []);
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
