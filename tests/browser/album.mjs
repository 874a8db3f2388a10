// The tour's pictures: each state of a page at each size of its kind, judged as it is pictured, and a page to look through
// them all.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shortcomings } from './accessible.mjs';

/** What a page of each kind is looked at on. */
export const kSizes = {
    kiosk: ['1080x1920', '1920x1080'],
    staff: ['1080x1920', '1920x1080'],
    console: ['1366x768', '390x844'],
    interpreter: ['1366x768', '390x844'],
    observer: ['1366x768', '390x844'],
    office: ['1366x768', '390x844'],
};

/** Of a picture. */
const kHighest = 8000;

export class Album {
    /** `only`: the sizes that are wanted, all if there are none. */
    constructor(folder, only = []) {
        Object.assign(this, { folder, only, pictures: [], found: new Map() });
    }

    begin() {
        return mkdir(this.folder, { recursive: true });
    }

    sizesOf(kind) {
        return kSizes[kind].filter((size) => this.only.length === 0 || this.only.includes(size));
    }

    /** Pictures a page as it is, at each size; it keeps the first one afterwards. */
    async take(page, { kind, state, language }) {
        const sizes = this.sizesOf(kind);
        let wrong = 0;
        for (const size of sizes) {
            const [width, height] = size.split('x').map(Number);
            await page.setViewportSize({ width, height });
            await settled(page);
            // A page that scrolls is pictured as if the screen were as high as it is, so that nothing hides.
            const whole = await page.evaluate(() => document.documentElement.scrollHeight);
            if (whole > height) {
                await page.setViewportSize({ width, height: Math.min(whole, kHighest) });
                await settled(page);
            }
            const name = `${kind}-${size}-${language}-${state}.png`;
            await page.screenshot({ path: path.join(this.folder, name), animations: 'disabled', caret: 'hide' });
            this.pictures.push({ name, kind, size, language, state });
            for (const { what, where } of await shortcomings(page)) {
                ++wrong;
                const one = `${kind}: ${what} at ${where}`;
                this.found.set(one, [...this.found.get(one) ?? [], `${state} ${size} ${language}`]);
            }
        }
        if (sizes.length === 0) return;
        const [width, height] = sizes[0].split('x').map(Number);
        await page.setViewportSize({ width, height });
        console.log(`${language.padEnd(4)}${kind.padEnd(12)}${state.padEnd(28)}${wrong === 0 ? 'well' : `${wrong} found`}`);
    }

    /** Each shortcoming once, with where it was first seen and how often. */
    shortcomings() {
        return [...this.found].map(([one, states]) => `${one} (${states[0]}${states.length > 1 ? `, and ${states.length - 1} more` : ''})`);
    }

    async writeIndex() {
        const groups = new Map();
        for (const picture of this.pictures) {
            const key = `${picture.kind}: ${picture.state}`;
            groups.set(key, [...groups.get(key) ?? [], picture]);
        }
        const sections = [...groups].map(([heading, pictures]) => `<h2>${heading}</h2><div>${pictures.map(({ name, size, language }) =>
            `<figure><a href="${name}"><img loading="lazy" src="${name}" alt="${heading}, ${size}, ${language}"></a>` +
            `<figcaption>${language} ${size}</figcaption></figure>`).join('')}</div>`);
        await writeFile(path.join(this.folder, 'index.html'), `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sightline: a tour</title>
<style>body { font: 1rem sans-serif; margin: 2rem } div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start }
figure { margin: 0 } img { height: 22rem; max-width: 40rem; object-fit: contain; object-position: top; border: 1px solid #888 }</style>
<h1>Sightline: a tour</h1><p>${this.pictures.length} pictures of a fictional interview.</p>${sections.join('\n')}</html>\n`);
    }
}

/** Fonts are there, and what followed from the new size has been drawn. */
async function settled(page) {
    await page.evaluate(async () => {
        await document.fonts.ready;
        for (let frames = 0; frames < 3; ++frames) await new Promise((done) => requestAnimationFrame(done));
    });
}
