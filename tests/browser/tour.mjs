// `deploy/run --tour`: a fictional interview in headless Chromium, pictured. It is played once in each language through the
// same screens as browser.screens plays it; in every state each page is pictured at each size of its kind and judged. Fails
// at the end if there was anything that some people could not use.
//
//   node tour.mjs --build-dir DIR [--out DIR] [--languages en,ar,prs] [--sizes 1080x1920,390x844] [--readme]
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { languagesWith } from '../../appliance/web/languages.mjs';
import { Album, kSizes } from './album.mjs';
import { Administrator } from './delegation.mjs';
import { demand, eventually, kRoot, withAppliance } from './harness.mjs';
import { playOffice } from './office_scenes.mjs';
import { hostOf } from './play.mjs';
import { ScreenPlay } from './screen_play.mjs';
import { takeWebp } from './webp.mjs';

function option(name, otherwise) {
    const at = process.argv.indexOf(`--${name}`);
    return at > 0 ? process.argv[at + 1] : otherwise;
}
const buildDir = option('build-dir', path.join(kRoot, 'build/release'));
const folder = path.resolve(option('out', path.join(kRoot, 'build/tour')));
const languages = option('languages', 'en,ar,prs').split(',');
const sizes = option('sizes', '').split(',').filter(Boolean);
const forReadme = process.argv.includes('--readme');

/** The README's pictures: which page in which state, how large it is then, and how wide the picture is. */
const kReadme = [
    { file: 'applicant.webp', kind: 'kiosk', state: 'consent-video', language: 'ar', width: 1080, height: 1920, most: 540 },
    { file: 'staff.webp', kind: 'staff', state: 'break', language: 'en', width: 1080, height: 1920, most: 540 },
    { file: 'console.webp', kind: 'console', state: 'notes', language: 'en', width: 1366, height: 768, most: 1100 },
];

/** Throws with a sentence where the tour was asked for something that there is not. */
function checkOptions() {
    const known = [...new Set(Object.values(kSizes).flat())];
    for (const size of sizes) demand(known.includes(size), `there is no size ${size}; there are ${known.join(', ')}`);
    const spoken = languagesWith('kiosk');
    for (const code of languages) demand(spoken.includes(code), `there is no language ${code}; there are ${spoken.join(', ')}`);
}

const remembering = (key) => (value) => (page) => page.addInitScript((entry) => localStorage.setItem(...entry), [key, value]);
/** Every page speaks the language from the beginning, as far as it has it. */
const inLanguage = remembering('sightline.language');
/** The touch screen asks the applicant for theirs; staff have theirs from the day before. */
const staffIn = remembering('sightline.staff-language');

async function openOffice(browser, language, address) {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' })).newPage();
    await inLanguage(language)(page);
    await page.goto(address);
    return page;
}

async function pictureForReadme(page, kind, state, language) {
    for (const { file, most, ...one } of kReadme) {
        if (one.kind !== kind || one.state !== state || one.language !== language) continue;
        const before = page.viewportSize();
        await page.setViewportSize({ width: one.width, height: one.height });
        const bytes = await takeWebp(page, path.join(kRoot, 'deploy/pictures', file), most);
        await page.setViewportSize(before);
        console.log(`deploy/pictures/${file} ${bytes} bytes`);
    }
}

async function playIn(language, album) {
    const administrator = await Administrator.begin(buildDir);
    await withAppliance(async (appliance) => {
        await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
        const browser = await appliance.browser({ capture: true });
        const pin = (await readFile(path.join(appliance.dir, 'state/demo.pin'), 'utf8')).trim();
        const play = new ScreenPlay({
            appliance, browser, staff: { name: 'demo', pin }, language, prepare: inLanguage(language), prepareTouch: staffIn(language),
            at: async (state, shown) => {
                for (const [kind, page] of Object.entries(shown)) {
                    await album.take(page, { kind, state, language });
                    if (forReadme) await pictureForReadme(page, kind, state, language);
                }
            },
        });
        await play.play();
        if (languagesWith('office').includes(language)) {
            await playOffice({ appliance, host: await hostOf(appliance), administrator,
                open: (address) => openOffice(browser, language, address),
                at: (page, state) => album.take(page, { kind: 'office', state, language }) });
        }
    }, { demo: false, syncRoot: administrator.file('delegation.jwk') });
    await administrator.close();
}

try {
    checkOptions();
    const album = new Album(folder, sizes);
    await album.begin();
    for (const language of languages) await playIn(language, album);
    await album.writeIndex();
    console.log(`${album.pictures.length} pictures: ${path.join(folder, 'index.html')}`);
    const found = album.shortcomings();
    if (found.length > 0) console.error(`what some people could not use:\n${found.map((one) => `  ${one}`).join('\n')}`);
    // A tour that broke off has set it already.
    process.exitCode ||= found.length > 0 ? 1 : 0;
} catch (error) {
    console.error(`failed: ${error.message}`);
    process.exitCode = 1;
}
