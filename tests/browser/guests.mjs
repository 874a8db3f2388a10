// Those who take part from afar, on pages of their own: they open their link, and from there on they only click. All in one
// Chromium, each with a profile of their own.
import { demand, patiently } from './harness.mjs';
import { Mouse } from './hand.mjs';
import { probeScript } from './page_probe.mjs';

const kLimitMs = patiently(15000);

export class Guest {
    /** Opens the link; nothing is clicked yet. `prepare`: what else is done to the page before. */
    static async open(browser, { role, link, hand = Mouse, prepare = undefined, viewport = { width: 1366, height: 768 } }) {
        const context = await browser.newContext({ viewport, locale: 'en-GB' });
        const page = await context.newPage();
        page.problems = [];
        page.on('pageerror', (error) => page.problems.push(String(error)));
        page.on('console', (message) => {
            if (/Content Security Policy/i.test(message.text())) page.problems.push(message.text());
        });
        await page.addInitScript(probeScript());
        await prepare?.(page);
        await page.goto(link);
        const guest = new Guest();
        Object.assign(guest, { role, page, hand: new hand(page) });
        await guest.hand.find('[data-action="come-in"]');
        return guest;
    }

    /** As far as the page on which they join. */
    async comeIn() {
        await this.hand.press('[data-action="come-in"]');
        const skip = this.page.locator('[data-action="skip"]');
        await skip.or(this.page.locator('[data-action="join"], [data-action="start"]')).first().waitFor({ timeout: kLimitMs });
        if (await skip.isVisible()) await this.hand.press(skip);
        await this.hand.find('[data-action="join"], [data-action="start"]');
    }

    /** An interpreter declares what they speak, on the page on which they join. */
    async declare(language, dialect) {
        await this.hand.write('#speech-language', language);
        await this.hand.write('#speech-dialect', dialect);
        await this.page.locator('#speech-dialect').blur();
    }

    /** To the waiting room; whoever is let in is in from then on without a click. */
    async join() {
        if (this.role !== 'observer') {
            await this.page.locator('[data-capture="microphone"]:is([data-state="on"], [data-state="off"])').waitFor({ timeout: kLimitMs });
        }
        await this.hand.press('[data-action="join"], [data-action="start"]');
        await this.page.locator('[data-place="lobby"]').waitFor({ timeout: kLimitMs });
    }

    async shows(selector, what) {
        await this.page.locator(selector).first().waitFor({ timeout: kLimitMs }).catch(() => {
            throw new Error(`${this.role}: ${what}`);
        });
    }

    async hides(selector, what) {
        await this.page.locator(selector).first().waitFor({ state: 'detached', timeout: kLimitMs }).catch(() => {
            throw new Error(`${this.role}: ${what}`);
        });
    }

    mustBeWell() {
        demand(this.page.problems.length === 0, `${this.role}: ${this.page.problems.join(' | ')}`);
    }
}
