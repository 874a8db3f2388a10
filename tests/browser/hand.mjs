// How a person uses a page: with a finger, a mouse, or nothing but a keyboard. Whatever plays a page through a hand can be
// played with each of them. Pressed buttons are counted; ticks, lists and what is typed are counted apart.
import { demand, patiently } from './harness.mjs';

/** More than any page of ours has controls: who has pressed Tab so often is going in circles. */
const kMostTabs = 250;

class Hand {
    constructor(page, limitMs = patiently(15000)) {
        Object.assign(this, { page, limitMs, presses: 0, others: 0 });
    }

    /** The one that can be used now; `which`: a selector, or a locator. */
    async find(which) {
        const control = (typeof which === 'string' ? this.page.locator(which) : which).filter({ visible: true }).first();
        await control.waitFor({ timeout: this.limitMs }).catch(() => this.fail(`${control} is not there`));
        return control;
    }

    /** With what the page shows instead. */
    async fail(what) {
        const { pathname } = new URL(this.page.url());
        const root = await this.page.evaluate(() => JSON.stringify({ ...document.querySelector('.root')?.dataset })).catch(({ message }) => message);
        const alerts = await this.page.locator('[role="alert"]:visible').allInnerTexts().catch(() => []);
        throw new Error(`${pathname}: ${what}; the page shows ${[root, ...alerts].join(' | ')}`);
    }

    /** Presses a button, which must not be one that says it cannot be pressed now. */
    async press(which) {
        const control = await this.find(which);
        await control.and(this.page.locator(':not([aria-disabled="true"]):not(:disabled)')).waitFor({ timeout: this.limitMs })
            .catch(() => this.fail(`${control} cannot be pressed`));
        await this.use(control);
        ++this.presses;
    }

    /** Ticks, or unticks, a box or one of several. */
    async tick(which, on = true) {
        const control = await this.find(which);
        if (await this.isOn(control) !== on) await this.use(control, 'Space');
        ++this.others;
    }

    async isOn(control) {
        return control.evaluate((box) => (box instanceof HTMLInputElement ? box.checked
            : (box.getAttribute('aria-checked') ?? box.getAttribute('aria-pressed')) === 'true'));
    }

    async write(which, text) {
        await (await this.find(which)).fill(text);
        ++this.others;
    }

    /** `value`: of the option. */
    async choose(which, value) {
        await (await this.find(which)).selectOption(value);
        ++this.others;
    }
}

export class Mouse extends Hand {
    use(control) {
        return control.click({ timeout: this.limitMs });
    }
}

/** For a page of a context with `hasTouch`. */
export class Finger extends Hand {
    use(control) {
        return control.tap({ timeout: this.limitMs });
    }
}

/** Goes from control to control by Tab, as somebody who cannot point, and sees where they are. */
export class Keys extends Hand {
    async use(control, key = 'Enter') {
        await this.reach(control);
        await this.page.keyboard.press(key);
    }

    async write(which, text) {
        await this.reach(await this.find(which));
        await this.page.keyboard.press('ControlOrMeta+a');
        await this.page.keyboard.type(text);
        ++this.others;
    }

    async choose(which, value) {
        const list = await this.find(which);
        await this.reach(list);
        const steps = await list.evaluate((select, wanted) =>
            [...select.options].findIndex((option) => option.value === wanted) - select.selectedIndex, value);
        for (let at = 0; at < Math.abs(steps); ++at) await this.page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp');
        demand(await list.inputValue() === value, `arrow keys do not choose ${value} in ${which}`);
        ++this.others;
    }

    async reach(control) {
        const where = () => control.evaluate((wanted) => (wanted === document.activeElement ? 'here'
            : wanted.closest('[role="toolbar"]')?.contains(document.activeElement) ? 'beside' : 'elsewhere'));
        for (let keys = 0, at = await where(); at !== 'here'; ++keys, at = await where()) {
            demand(keys < kMostTabs, `Tab does not reach ${control}`);
            // The buttons of a toolbar are one stop of Tab; arrows lead on.
            await this.page.keyboard.press(at === 'beside' ? 'ArrowRight' : 'Tab');
        }
        const seen = await this.page.evaluate(focusSeen);
        demand(seen.visible, `nobody sees that ${seen.what} has the focus`);
    }
}

/** Runs in the page: what has the focus, and whether a person sees it: a line around it, or a box inside the picture. */
function focusSeen() {
    const focused = document.activeElement;
    const lines = [focused, ...(focused.labels ?? []), focused.parentElement ?? focused].map((element) => getComputedStyle(element));
    // Of a field of several parts the browser marks the part, where styles of ours do not reach.
    const ringed = focused.matches('[type="date"], [type="time"], [type="datetime-local"]') || lines.some((style) =>
        (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none');
    const { width, height, bottom, right, top, left } = focused.getBoundingClientRect();
    const inView = width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    const { action, capture } = focused.dataset;
    return {
        what: `${focused.localName}${focused.id && `#${focused.id}`} ${action ?? capture ?? ''} "${(focused.innerText ?? '').trim().slice(0, 40)}"`,
        visible: ringed && inView,
        at: focused.dataset.walk === undefined ? undefined : Number(focused.dataset.walk),
        toolbar: focused.closest('[role="toolbar"]') !== null,
    };
}

/**
 * One round of Tab through the page: every control that can be pressed is come by, each is seen, and nothing holds the
 * focus. Throws with `state` and what is not so.
 */
export async function walk(page, state) {
    const controls = await page.evaluate(() => {
        const within = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
        const all = [...within.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary, [data-action]')]
            .filter((element) => !element.disabled && element.closest('[inert]') === null && element.checkVisibility({ visibilityProperty: true }));
        // Of radio buttons Tab comes by the one that is chosen; arrow keys do the rest.
        const asked = all.filter((element) => element.type !== 'radio' || element.checked ||
            !all.some((other) => other.type === 'radio' && other.name === element.name && (other.checked || all.indexOf(other) < all.indexOf(element))));
        asked.forEach((element, at) => element.setAttribute('data-walk', at));
        return asked.map((element) => `${element.localName} ${element.dataset.action ?? element.dataset.capture ?? element.id} "${(element.innerText ?? '').trim().slice(0, 40)}"`);
    });
    const met = new Set();
    let inToolbar = false;
    for (let keys = 0; met.size < controls.length && keys < kMostTabs; ++keys) {
        await page.keyboard.press(inToolbar ? 'ArrowRight' : 'Tab');
        const { at, toolbar, ...seen } = await page.evaluate(focusSeen);
        if (at === undefined) continue;
        // Once round a toolbar by its arrows, then on by Tab.
        inToolbar = toolbar && !(inToolbar && met.has(at));
        met.add(at);
        demand(seen.visible, `${state}: nobody sees that ${seen.what} has the focus`);
    }
    await page.evaluate(() => document.querySelectorAll('[data-walk]').forEach((element) => element.removeAttribute('data-walk')));
    const missed = controls.filter((_, at) => !met.has(at));
    demand(missed.length === 0, `${state}: Tab does not come by ${missed.join(', ')}`);
    return controls.length;
}
