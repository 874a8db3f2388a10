// `deploy/run --tour`: a fictional interview in headless Chromium, pictured. It is played once in each language through the
// same screens as browser.screens plays it; in every state each page is pictured at each size of its kind and judged. Fails
// at the end if there was anything that some people could not use.
//
//   node tour.mjs --build-dir DIR [--out DIR] [--languages en,ar,prs] [--sizes 1080x1920,390x844] [--readme]
import path from 'node:path';
import { Album, kSizes } from './album.mjs';
import { Administrator } from './delegation.mjs';
import { demand, kRoot, withAppliance } from './harness.mjs';
import { playOffice } from './office_scenes.mjs';
import { hostOf } from './play.mjs';

function option(name, otherwise) {
    const at = process.argv.indexOf(`--${name}`);
    return at > 0 ? process.argv[at + 1] : otherwise;
}
const buildDir = option('build-dir', path.join(kRoot, 'build/release'));
const folder = path.resolve(option('out', path.join(kRoot, 'build/tour')));
const languages = option('languages', 'en,ar,prs').split(',');
const sizes = option('sizes', '').split(',').filter(Boolean);
for (const size of sizes) demand(Object.values(kSizes).flat().includes(size), `there is no size ${size}; there are ${[...new Set(Object.values(kSizes).flat())].join(', ')}`);

/** Pages of Chromium that speak the language from the beginning. */
async function openPage(browser, language, address) {
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    await context.addInitScript((code) => localStorage.setItem('sightline.language', code), language);
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`${language} ${address}: ${error}`));
    await page.goto(address);
    return page;
}

const album = new Album(folder, sizes);
await album.begin();
for (const language of languages) {
    const administrator = await Administrator.begin(buildDir);
    await withAppliance(async (appliance) => {
        const host = await hostOf(appliance);
        const browser = await appliance.browser({ capture: false });
        await playOffice({ appliance, host, administrator, open: (address) => openPage(browser, language, address),
            at: (page, state) => album.take(page, { kind: 'office', state, language }) });
    }, { demo: false, syncRoot: administrator.file('delegation.jwk') });
    await administrator.close();
}
await album.writeIndex();
console.log(`${album.pictures.length} pictures: ${path.join(folder, 'index.html')}`);
const found = album.shortcomings();
for (const one of found) console.log(`  ${one}`);
if (found.length > 0) process.exitCode = 1;
