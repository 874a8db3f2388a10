// The languages that there are: each a folder of session/languages. Pages import all catalogues of one name as
// "languages:NAME", an object from language code to texts; the folder's about.json comes as "languages:about".

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kHere = dirname(fileURLToPath(import.meta.url));
export const kFolder = join(kHere, '../../session/languages');

const isFolder = (code) => existsSync(join(kFolder, code, 'about.json'));

/** Codes (BCP 47) of the languages that have such a catalogue, English first: it is what is shown where a text is missing. */
export const languagesWith = (name) => readdirSync(kFolder).filter(isFolder)
    .sort((a, b) => Number(b === 'en') - Number(a === 'en') || (a < b ? -1 : 1))
    .filter((code) => existsSync(join(kFolder, code, `${name}.json`)));

function contentsOf(name, files) {
    const here = languagesWith(name).filter((code) => files[code] === undefined);
    const imports = here.map((code, at) => `import l${at} from ${JSON.stringify(join(kFolder, code, `${name}.json`))};`);
    const inside = `{ ${here.map((code, at) => `${JSON.stringify(code)}: l${at}`).join(', ')} }`;
    if (Object.keys(files).length === 0) return `${imports.join('\n')}\nexport default ${inside};`;
    const fetched = `import { fetched } from ${JSON.stringify(join(kHere, 'src/i18n/fetched.ts'))};`;
    return `${imports.join('\n')}\n${fetched}\nexport default fetched(${inside}, ${JSON.stringify(files)});`;
}

/** `files`: { NAME: { code: file } }: catalogues that the page fetches from there, beside its script, when somebody reads that language. */
export const languagesApart = (files) => ({
    name: 'languages',
    setup(build) {
        build.onResolve({ filter: /^languages:/ }, ({ path }) => ({ path: path.slice('languages:'.length), namespace: 'languages' }));
        build.onLoad({ filter: /.*/, namespace: 'languages' },
            ({ path }) => ({ contents: contentsOf(path, files[path] ?? {}), resolveDir: kFolder, watchDirs: [kFolder] }));
    },
});

/** All of them in the page itself. */
export const languages = languagesApart({});
