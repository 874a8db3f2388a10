// Builds the pages into dist/: for the console its door, which is small, and the call behind it; one bundle for the observer's
// page (which shares no capture code with it), one for the office page, one for the touch screen, the worker that protects
// frames, their style sheets, all with the hash of their contents in their names; the office page's service worker, which must
// keep its name; and a .gz beside each file that gains by it. Catalogues other than English lie beside the scripts, a file for
// each language; so do fonts.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { kFolder, languages, languagesApart, languagesWith } from './languages.mjs';
import { makePrompts } from './prompts.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const kTarget = ['chrome111', 'firefox115', 'safari16.4'];

async function write(path, contents) {
    const file = join(dist, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
    const packed = gzipSync(contents, { level: 9 });
    // Fonts are packed already.
    const gains = packed.length < contents.length;
    if (gains) await writeFile(`${file}.gz`, packed);
    console.log(`${path.padEnd(40)} ${String(contents.length).padStart(7)} bytes${gains ? `, ${packed.length} compressed` : ''}`);
}

const kFonts = [
    ['vazirmatn.woff2', '@fontsource-variable/vazirmatn', 'vazirmatn-arabic-wght-normal.woff2'],
    ['ethiopic.woff2', '@fontsource/noto-sans-ethiopic', 'noto-sans-ethiopic-ethiopic-400-normal.woff2'],
    ['ethiopic-bold.woff2', '@fontsource/noto-sans-ethiopic', 'noto-sans-ethiopic-ethiopic-700-normal.woff2'],
];

async function bundled(entry, more = {}) {
    const result = await build({
        ...kSettings, entryPoints: [join(root, entry)], plugins: [languages], external: ['*.woff2'], ...more,
    });
    return Buffer.from(result.outputFiles[0].contents);
}

const kSettings = {
    bundle: true, minify: true, write: false, format: 'esm', target: kTarget, jsx: 'automatic', jsxImportSource: 'preact',
    legalComments: 'none', logLevel: 'warning', loader: { '.txt': 'text' },
};

/**
 * A page whose first script loads the rest by import, when that is needed. On a slow link each file is a round trip of its own:
 * what the first script shares with the rest is put into it, and the rest imports it from there. Such files name each other, so
 * they have one hash, of all of them.
 */
async function split(entry, name, more) {
    const result = await build({
        ...kSettings, entryPoints: { [name]: join(root, entry) }, outdir: dist, splitting: true, metafile: true, chunkNames: '[name]-[hash]', ...more,
    });
    const texts = new Map(result.outputFiles.map(({ path, text }) => [basename(path), text]));
    const [first, { imports }] = Object.entries(result.metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry));
    const joined = [...imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => basename(path)), basename(first)];
    const written = {
        name: 'written',
        setup({ onResolve, onLoad }) {
            onResolve({ filter: /^\.\// }, ({ path, kind }) =>
                kind === 'dynamic-import' ? { path, external: true } : { path: basename(path), namespace: 'written' });
            onLoad({ filter: /.*/, namespace: 'written' }, ({ path }) => ({ contents: texts.get(path) }));
        },
    };
    const contents = joined.map((each) => `export * from "./${each}";`).join('\n');
    const whole = await build({ ...kSettings, stdin: { contents, resolveDir: root }, plugins: [written] });
    const rest = [...texts].filter(([each]) => !joined.includes(each));
    const hash = createHash('sha256').update(JSON.stringify([...texts])).digest('hex').slice(0, 10);
    const renamed = new Map([
        ...joined.map((each) => [each, `${name}-${hash}.js`]), ...rest.map(([each]) => [each, each.replace(/-\w+\.js$/, `-${hash}.js`)]),
    ]);
    const naming = (text) => [...renamed].reduce((done, [from, to]) => done.replaceAll(`./${from}`, `./${to}`), text);
    for (const [each, text] of [[basename(first), whole.outputFiles[0].text], ...rest])
        await write(join('assets', renamed.get(each)), Buffer.from(naming(text)));
    return [`${name}.js`, renamed.get(basename(first))];
}

async function asset(name, contents) {
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 10);
    const hashed = name.replace(/\.(\w+)$/, `-${hash}.$1`);
    await write(join('assets', hashed), contents);
    return [name, hashed];
}

/** { code: file } of the languages other than English. */
async function apart(name) {
    const files = {};
    for (const code of languagesWith(name).filter((each) => each !== 'en')) {
        const texts = JSON.parse(await readFile(join(kFolder, code, `${name}.json`), 'utf8'));
        files[code] = `./${(await asset(`${name}-${code}.json`, Buffer.from(JSON.stringify(texts))))[1]}`;
    }
    return files;
}

/** The fonts, by the names that style sheets call them by. */
async function fonts() {
    const hashed = [];
    const licences = [];
    for (const [name, from, file] of kFonts) {
        const folder = join(root, 'node_modules', from);
        hashed.push(await asset(name, await readFile(join(folder, 'files', file))));
        licences.push(await readFile(join(folder, 'LICENSE'), 'utf8'));
    }
    await write('assets/fonts.txt', Buffer.from([...new Set(licences)].join('\n\n')));
    return hashed;
}

async function styleSheet(name, fontNames) {
    const style = String(await bundled(`src/style/${name}`));
    return asset(name, Buffer.from(fontNames.reduce((text, [from, to]) => text.replace(from, to), style)));
}

async function catalogues() {
    const load = async (code) => [code, JSON.parse(await readFile(join(kFolder, code, 'call.json'), 'utf8'))];
    return Object.fromEntries(await Promise.all(languagesWith('call').map(load)));
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Fills {{en:key}} with a text of a catalogue and {{name}} with the hashed name of an asset. */
function filled(template, assets, texts) {
    return template.replace(/\{\{(?:(\w\w):)?([\w.]+)\}\}/g, (whole, code, name) => {
        const value = code === undefined ? assets.get(name) : texts[code]?.[name];
        if (value === undefined) throw new Error(`nothing to put for ${whole}`);
        return escaped(value);
    });
}

await rm(dist, { recursive: true, force: true });
// Every frame passes through it; the pages find it beside their own script.
const worker = await asset('sframe.js', await bundled('src/sframe/worker.ts', { format: 'iife' }));
const callFiles = await apart('call');
const officeFiles = await apart('office');
const plugins = [languagesApart({ call: callFiles, office: officeFiles })];
const withWorker = {
    plugins, define: { SIGHTLINE_WORKER: JSON.stringify(`./${worker[1]}`) },
};
const fontNames = await fonts();
const door = await split('src/console/main.tsx', 'console', withWorker);
const assets = new Map([
    door,
    await asset('observer.js', await bundled('src/observer/main.tsx', withWorker)),
    await asset('office.js', await bundled('src/office/main.tsx', { plugins })),
    // It has all its texts in it: it comes from its own computer.
    await asset('kiosk.js', await bundled('src/kiosk/main.tsx')),
    await styleSheet('kiosk.css', fontNames),
    await styleSheet('sightline.css', fontNames),
    await asset('icon.svg', await readFile(join(root, 'src/start/icon.svg'))),
]);
const texts = await catalogues();
for (const [source, path] of [
    ['src/start/index.html', 'index.html'],
    ['src/console/index.html', 'console/index.html'],
    ['src/observer/index.html', 'observer/index.html'],
    ['src/office/index.html', 'office/index.html'],
    ['src/kiosk/index.html', 'kiosk/index.html'],
]) {
    await write(path, Buffer.from(filled(await readFile(join(root, source), 'utf8'), assets, texts)));
}
// What the office page opens with when there is no link. Another version of any of it is another version of the worker.
const files = ['./', ...['office.js', 'sightline.css', 'icon.svg'].map((name) => `../assets/${assets.get(name)}`),
    ...Object.keys(officeFiles).flatMap((code) => [officeFiles[code], callFiles[code]]).map((file) => `../assets/${file.slice(2)}`)];
const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 10);
await write('office/offline.js', await bundled('src/office/offline.ts', {
    define: { SIGHTLINE_OFFICE_FILES: JSON.stringify(files), SIGHTLINE_OFFICE_VERSION: JSON.stringify(version) },
}));

const began = performance.now();
const prompts = Object.entries(makePrompts(kFolder, join(dist, 'prompts')));
const sizes = prompts.map(([code, texts]) => `${code} ${Object.keys(texts).length}`);
console.log(`prompts/ (${sizes.join(', ')}) in ${((performance.now() - began) / 1000).toFixed(1)} s`);
