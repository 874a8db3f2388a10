// What of a page, in the state it is in, some people could not use: what axe-core calls serious or critical, contrast
// among it, and what a finger would miss. For page tests, browser tests and the tour alike.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** CSS pixels, either way (WCAG 2.2, success criterion 2.5.5). */
export const kTouchTarget = 44;

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function seriousOf(page) {
    // A Content-Security-Policy forbids inline scripts to the page, not to the debugger that evaluates this.
    if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(await axe);
    return page.evaluate(async () => {
        const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
        return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, help, nodes }) =>
            nodes.map(({ target, any }) => ({
                what: `${id}: ${help}`,
                where: `${target.flat().join(' ')}${any[0]?.message === undefined ? '' : ` (${any[0].message})`}`,
            })));
    });
}

function smallTargets(least) {
    const kTaking = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, ' +
        '[role="button"], [role="checkbox"], [role="radio"], [role="switch"], [role="tab"], [role="option"]';
    // While a dialog asks, nothing else can be touched.
    const within = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
    const boxOf = (element) => {
        const boxes = [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect())
            .filter(({ width, height }) => width > 0 && height > 0);
        const span = (from, to) => Math.max(...boxes.map((box) => box[to])) - Math.min(...boxes.map((box) => box[from]));
        return boxes.length === 0 ? undefined : { width: span('left', 'right'), height: span('top', 'bottom') };
    };
    /** A link in a sentence is as high as its line, and may be. */
    const inSentence = (element) => element.matches('a') && getComputedStyle(element).display === 'inline' &&
        element.parentElement.textContent.trim() !== element.textContent.trim();
    const name = (element) => {
        const { action, capture } = element.dataset;
        const by = action !== undefined ? `[data-action="${action}"]` : capture !== undefined ? `[data-capture="${capture}"]`
            : element.id !== '' ? `#${element.id}` : element.className !== '' ? `.${[...element.classList].join('.')}` : '';
        return `${element.localName}${by} "${(element.innerText || element.getAttribute('aria-label') || '').trim().slice(0, 40)}"`;
    };
    return [...within.querySelectorAll(kTaking)]
        .filter((element) => !element.disabled && element.closest('[inert]') === null && !inSentence(element) &&
            [element, ...(element.labels ?? [])].some((part) => part.checkVisibility({ visibilityProperty: true })))
        .map((element) => ({ element, box: boxOf(element) }))
        .filter(({ box }) => box !== undefined && (box.width < least - 0.5 || box.height < least - 0.5))
        .map(({ element, box }) => ({
            what: `touch target smaller than ${least} px: ${Math.round(box.width)} x ${Math.round(box.height)}`,
            where: name(element),
        }));
}

/** Each as what it is and where; an empty list when everybody can use the page. */
export async function shortcomings(page) {
    return [...await seriousOf(page), ...await page.evaluate(smallTargets, kTouchTarget)];
}

/** Throws with all of them, and the name of the state that the page is in. */
export async function mustBeAccessible(page, state) {
    const found = await shortcomings(page);
    if (found.length > 0) throw new Error(`${state}: ${found.map(({ what, where }) => `${what} at ${where}`).join('; ')}`);
}
