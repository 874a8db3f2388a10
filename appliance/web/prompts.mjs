// The texts that a page of the touch screen reads aloud, as dist/prompts/<language>/<name>.ogg, and prompts.json, which says what
// there is. A person's recording of exactly this text comes first; without one espeak-ng reads it where it has the language,
// and prompts.json says that it is a computer's voice. What espeak-ng has read is kept under build/prompts by the hash of what
// it was given, so that only a text that has changed is read again.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kHere = dirname(fileURLToPath(import.meta.url));
const kCache = join(kHere, '../../build/prompts');

/** espeak-ng's voice for each language. It has none for Dari: Persian is what a Dari speaker follows most easily. */
export const kVoices = { en: 'en-gb', fr: 'fr-fr', ar: 'ar', prs: 'fa', fa: 'fa', am: 'am', sw: 'sw', uk: 'uk', es: 'es' };
/** Slower than its 175 words a minute: for somebody who is afraid, and hears this voice for the first time. */
const kEspeak = ['-s', '135', '-g', '2'];
/** It reads Arabic as it is usually written, without vowels, so that nobody understands it: there only marked texts are read. */
const kNeedVowelMarks = ['ar'];
const kOpus = ['--quiet', '--bitrate', '14', '--framesize', '60', '--comp', '5', '--speech', '--serial', '1', '--comment', 'DESCRIPTION=synthetic speech (espeak-ng)'];

export const sha256Of = (text) => createHash('sha256').update(text).digest('hex');

const jsonIn = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
const textsIn = (folder) => (existsSync(folder) ? readdirSync(folder) : []).filter((name) => /^[a-z-]+\.txt$/.test(name));

/** The same signs and words without the Arabic vowel marks, which are written for the synthesiser alone. */
export const withoutVowelMarks = (text) => text.normalize('NFC').replace(/[\u064B-\u0652\u0670]/g, '');

/**
 * What there is to read in the folder of a language: [{ name, text, spoken }]. `text` is what the page shows, to the last
 * byte; `spoken` is what the synthesiser reads: prompts/<name>.txt with vowel marks where there is one, and words for names
 * that only the page knows, from prompts/names.json. undefined: nothing that anybody would understand.
 */
export function textsToRead(folder) {
    const kiosk = jsonIn(join(folder, 'kiosk.json'));
    const found = Object.entries(kiosk).filter(([key]) => key.startsWith('say_')).map(([name, text]) => ({ name, text }));
    for (const file of textsIn(join(folder, 'consent'))) {
        const whole = readFileSync(join(folder, 'consent', file), 'utf8');
        found.push({ name: `consent_${file.slice(0, -'.txt'.length)}`, text: whole.slice(whole.indexOf('\n\n') + 2) });
    }
    const names = jsonIn(join(folder, 'prompts/names.json'));
    const needMarks = kNeedVowelMarks.includes(basename(folder));
    return found.map(({ name, text }) => {
        const file = join(folder, 'prompts', `${name}.txt`);
        const marked = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
        if (marked !== undefined && withoutVowelMarks(marked).trim() !== withoutVowelMarks(text).trim())
            throw new Error(`${file} must be the text of ${name} with vowel marks, and nothing else: write it anew from the text`);
        const read = marked === undefined ? (needMarks ? undefined : text) : doubled(marked);
        return { name, text, spoken: read === undefined ? undefined : withNames(read, names) };
    });
}

/** espeak-ng doubles a letter only where shadda stands before the vowel; Unicode's normal order is the other one. */
const doubled = (text) => text.replace(/([\u064B-\u0650\u0652])\u0651/g, '\u0651$1');

/** undefined: there are no words for one of them. */
function withNames(text, names) {
    const all = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    return all.every((name) => names[name] !== undefined) ? text.replace(/\{(\w+)\}/g, (whole, name) => names[name]) : undefined;
}

/** The recording of a text, if it is of this text. */
function recordingOf(folder, { name, text }, warn) {
    const file = join(folder, 'prompts', `${name}.ogg`);
    if (!existsSync(file)) return undefined;
    const stamp = file.replace(/\.ogg$/, '.sha256');
    const of = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim().split(/\s/)[0] : '';
    if (of === sha256Of(text)) return readFileSync(file);
    warn(`${file} is not used: ${stamp} must hold ${sha256Of(text)}, the hash of the text as it is now. Has it been changed? Then record it anew.`);
    return undefined;
}

/** Reads texts with espeak-ng and opusenc, and remembers what they said. */
export class Synthesiser {
    constructor(cache = kCache) {
        this.cache = cache;
        this.read = 0;
        const version = spawnSync('espeak-ng', ['--version'], { encoding: 'utf8' });
        const missing = [[version.error, 'espeak-ng'], [spawnSync('opusenc', ['--version']).error, 'opus-tools']]
            .filter(([error]) => error !== undefined).map(([, name]) => name);
        this.missing = missing.join(' and ');
        this.version = missing.length === 0 ? version.stdout.replace(/ Data at.*/s, '').trim() : '';
    }

    /** An Ogg Opus file. */
    speak(text, voice) {
        const key = sha256Of(JSON.stringify([this.version, voice, kEspeak, kOpus, text]));
        const kept = join(this.cache, `${key}.ogg`);
        if (existsSync(kept)) return readFileSync(kept);
        const wave = spawnSync('espeak-ng', ['-v', voice, ...kEspeak, '--stdin', '--stdout'], { input: text, maxBuffer: 1 << 27 });
        if (wave.status !== 0 || wave.stdout.length < 1000) throw new Error(`espeak-ng could not read with the voice ${voice}: ${wave.stderr}`);
        const packed = spawnSync('opusenc', [...kOpus, '-', '-'], { input: wave.stdout, maxBuffer: 1 << 27 });
        if (packed.status !== 0) throw new Error(`opusenc could not pack a prompt: ${packed.stderr}`);
        mkdirSync(this.cache, { recursive: true });
        // Two builds at once must not read each other's half a file.
        writeFileSync(`${kept}.${process.pid}`, packed.stdout);
        renameSync(`${kept}.${process.pid}`, kept);
        this.read += 1;
        return packed.stdout;
    }
}

/** Writes all prompts of the languages in `source` into `out`, and returns what prompts.json says. */
export function makePrompts(source, out, { synthesiser = new Synthesiser(), warn = console.error } = {}) {
    const prompts = {};
    if (synthesiser.missing !== '') {
        warn(`\n*** NO SPOKEN PROMPTS: ${synthesiser.missing} is not installed. Only recordings are used; everything else falls to the`
            + ' interpreter. Install what deploy/packages.txt names, and build again. ***\n');
    }
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    for (const language of readdirSync(source, { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name).sort()) {
        const voice = synthesiser.missing === '' ? kVoices[language] : undefined;
        for (const each of textsToRead(join(source, language))) {
            const recording = recordingOf(join(source, language), each, warn);
            const sound = recording ?? (voice !== undefined && each.spoken !== undefined ? synthesiser.speak(each.spoken, voice) : undefined);
            if (sound === undefined) continue;
            const file = `${language}/${each.name}.ogg`;
            mkdirSync(join(out, language), { recursive: true });
            writeFileSync(join(out, file), sound);
            prompts[language] ??= {};
            // A page compares the hash with the text that it shows, so that nobody hears another version of it.
            prompts[language][each.name] = {
                file, synthetic: recording === undefined, sha256: sha256Of(each.text), ...(recording === undefined ? { voice } : {}),
            };
        }
    }
    writeFileSync(join(out, 'prompts.json'), `${JSON.stringify(prompts, undefined, 1)}\n`);
    return prompts;
}
