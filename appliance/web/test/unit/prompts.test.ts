// Texts that are read aloud: a recording of exactly this text first, then a computer's voice, then nobody.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makePrompts, sha256Of, Synthesiser, textsToRead, withoutVowelMarks } from '../../prompts.mjs';

const kQuestion = 'May they see you?\n';

function folderOf(context: TestContext, files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-prompts-'));
    context.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
    }
    return folder;
}

const kTexts = {
    'en/kiosk.json': JSON.stringify({ welcome: 'Welcome', say_welcome: 'Welcome. Sit down.' }),
    'en/prompts/names.json': JSON.stringify({ state: 'that country' }),
    'en/consent/video.txt': `review: original\n\n${kQuestion}`,
    'en/consent/share-dossier.txt': 'review: original\n\nMay {state} read it?\n',
    'en/consent/observers.txt': 'review: original\n\nMay {organisation} watch?\n',
    'rw/kiosk.json': JSON.stringify({ say_welcome: 'Murakaza neza.' }),
};

class Reader {
    readonly missing: string = '';
    readonly asked: string[] = [];
    speak(text: string, voice: string): Uint8Array {
        this.asked.push(`${voice}: ${text.trim()}`);
        return Buffer.from(`read ${text}`);
    }
}

test('what is read is every say_ text and every consent text, names only where there are words for them', (context) => {
    const source = folderOf(context, kTexts);
    const reader = new Reader();
    const prompts = makePrompts(source, join(source, 'out'), { synthesiser: reader });
    assert.deepEqual(Object.keys(prompts['en'] ?? {}).sort(), ['consent_share-dossier', 'consent_video', 'say_welcome']);
    assert.deepEqual(reader.asked.sort(), ['en-gb: May that country read it?', 'en-gb: May they see you?', 'en-gb: Welcome. Sit down.']);
    assert.deepEqual(prompts['en']?.['consent_video'],
        { file: 'en/consent_video.ogg', synthetic: true, sha256: sha256Of(kQuestion), voice: 'en-gb' });
    assert.equal(readFileSync(join(source, 'out/en/consent_video.ogg'), 'utf8'), `read ${kQuestion}`);
    assert.deepEqual(JSON.parse(readFileSync(join(source, 'out/prompts.json'), 'utf8')), prompts);
});

test('a language without a voice has no prompts, but has its recordings', (context) => {
    const source = folderOf(context, {
        ...kTexts, 'rw/prompts/say_welcome.ogg': 'a person', 'rw/prompts/say_welcome.sha256': `${sha256Of('Murakaza neza.')}\n`,
    });
    const prompts = makePrompts(source, join(source, 'out'), { synthesiser: new Reader() });
    assert.deepEqual(prompts['rw'], { say_welcome: { file: 'rw/say_welcome.ogg', synthetic: false, sha256: sha256Of('Murakaza neza.') } });
    assert.equal(readFileSync(join(source, 'out/rw/say_welcome.ogg'), 'utf8'), 'a person');
});

test('a recording takes the place of the voice only while it is of this text', (context) => {
    const source = folderOf(context, {
        ...kTexts, 'en/prompts/consent_video.ogg': 'a person', 'en/prompts/consent_video.sha256': sha256Of(kQuestion),
        'en/prompts/say_welcome.ogg': 'of an earlier text', 'en/prompts/say_welcome.sha256': sha256Of('Welcome.'),
    });
    const said: string[] = [];
    const prompts = makePrompts(source, join(source, 'out'), { synthesiser: new Reader(), warn: (text) => said.push(text) });
    assert.equal(prompts['en']?.['consent_video']?.synthetic, false);
    assert.equal(prompts['en']?.['say_welcome']?.synthetic, true);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /say_welcome\.ogg is not used.*record it anew/);
});

test('Arabic is read with vowel marks or not at all, and the marks are all that may differ', (context) => {
    const files = { 'ar/kiosk.json': JSON.stringify({ say_no: 'لا بأس', say_yes: 'نعم' }), 'ar/prompts/say_no.txt': 'لا بَأْسَ\n' };
    const source = folderOf(context, files);
    assert.deepEqual(textsToRead(join(source, 'ar')).map(({ name, spoken }) => [name, spoken?.trim()]),
        [['say_no', 'لا بَأْسَ'], ['say_yes', undefined]]);
    const other = folderOf(context, { ...files, 'ar/prompts/say_no.txt': 'لا بَأْسَ أَبَدًا\n' });
    assert.throws(() => textsToRead(join(other, 'ar')), /must be the text of say_no with vowel marks/);
    assert.equal(withoutVowelMarks('مَجَّانِيَّةٌ'), 'مجانية');
});

test('without a synthesiser the build says so and goes on', (context) => {
    const source = folderOf(context, kTexts);
    const said: string[] = [];
    const prompts = makePrompts(source, join(source, 'out'), {
        synthesiser: { missing: 'espeak-ng', speak: () => assert.fail('there is none') }, warn: (text) => said.push(text),
    });
    assert.deepEqual(prompts, {});
    assert.match(said.join(), /NO SPOKEN PROMPTS: espeak-ng is not installed/);
    assert.ok(existsSync(join(source, 'out/prompts.json')));
});

test('espeak-ng reads into Ogg Opus, and the same text only once', (context) => {
    const cache = join(folderOf(context, {}), 'cache');
    const first = new Synthesiser(cache);
    if (first.missing !== '') return context.skip(`${first.missing} is not installed`);
    const sound = Buffer.from(first.speak('Welcome.', 'en-gb'));
    assert.equal(sound.subarray(0, 4).toString(), 'OggS');
    assert.ok(sound.includes('OpusHead') && sound.includes('synthetic speech'));
    const second = new Synthesiser(cache);
    assert.deepEqual(Buffer.from(second.speak('Welcome.', 'en-gb')), sound);
    assert.deepEqual([first.read, second.read], [1, 0]);
    assert.notDeepEqual(Buffer.from(second.speak('Welcome.', 'fr-fr')), sound);
    return undefined;
});
