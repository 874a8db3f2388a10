// The languages that there are: each a folder of session/languages. Pages import all catalogues of one name as
// "languages:NAME", an object from language code to texts; the folder's about.json comes as "languages:about".

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const kFolder = join(dirname(fileURLToPath(import.meta.url)), '../../session/languages');

/** Codes (BCP 47) of the languages that have such a catalogue, English first: it is what is shown where a text is missing. */
export const languagesWith = (name) => readdirSync(kFolder).sort((a, b) => Number(b === 'en') - Number(a === 'en') || (a < b ? -1 : 1))
    .filter((code) => existsSync(join(kFolder, code, `${name}.json`)));

export const languages = {
    name: 'languages',
    setup(build) {
        build.onResolve({ filter: /^languages:/ }, ({ path }) => ({ path: path.slice('languages:'.length), namespace: 'languages' }));
        build.onLoad({ filter: /.*/, namespace: 'languages' }, ({ path }) => {
            const codes = languagesWith(path);
            const imports = codes.map((code, at) => `import l${at} from ${JSON.stringify(join(kFolder, code, `${path}.json`))};`);
            const members = codes.map((code, at) => `${JSON.stringify(code)}: l${at}`);
            return { contents: `${imports.join('\n')}\nexport default { ${members.join(', ')} };`, resolveDir: kFolder, watchDirs: [kFolder] };
        });
    },
};
