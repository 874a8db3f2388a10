// The touch screen at the kiosk, as staff and applicant use it: nothing but what can be touched there. Which touches follow
// from what, the page decides; here is only how each thing is done, and how many touches of staff it took.
import { demand, patiently } from './harness.mjs';
import { Finger, Keys } from './hand.mjs';

const kLimitMs = patiently(15000);
const action = (name) => `[data-action="${name}"]`;
/** A first name, as one writes who seldom writes: parts of the field's width and height. */
const kSignature = [[[0.2, 0.7], [0.25, 0.3], [0.32, 0.72], [0.4, 0.35], [0.45, 0.7]], [[0.5, 0.5], [0.65, 0.45], [0.8, 0.55]]];

export const kChecks = ['identity-document', 'identity-face', 'room-door', 'room-visible', 'room-private', 'setup-camera',
    'setup-sound', 'setup-seats', 'setup-water'];

export class TouchScreen {
    /** `hand`: of hand.mjs, on the page of the kiosk. */
    constructor(hand) {
        Object.assign(this, { hand, page: hand.page, touches: [] });
    }

    /** In a Chromium of `browser`, as large as the screen at the centre. */
    static async open(browser, address, { width = 1080, height = 1920, hand = Finger, prepare = undefined } = {}) {
        const context = await browser.newContext({ viewport: { width, height }, hasTouch: true, locale: 'en-GB' });
        const page = await context.newPage();
        page.problems = [];
        page.on('pageerror', (error) => page.problems.push(String(error)));
        page.on('console', (message) => {
            if (/Content Security Policy/i.test(message.text())) page.problems.push(message.text());
        });
        await prepare?.(page);
        await page.goto(address);
        const screen = new TouchScreen(new hand(page));
        await screen.shows('applicant', 'idle');
        return screen;
    }

    /** Waits for a side, and a screen of it. */
    shows(side, screen) {
        return this.hand.find(`.root[data-page="kiosk"][data-side="${side}"][data-screen="${screen}"]`);
    }

    /** Waits until the page shows the interview in that state. */
    inState(state) {
        return this.hand.find(`.root[data-page="kiosk"][data-state="${state}"]`);
    }

    /** A touch of staff that counts. */
    async touch(name, within = '') {
        await this.hand.press(`${within} ${action(name)}`.trim());
        this.touches.push(name);
    }

    // -- The applicant's side.

    /** At the welcome. */
    async chooseLanguage(code) {
        await this.hand.press(`[data-language="${code}"]`);
        demand(await this.page.evaluate(() => document.documentElement.lang) === code, `the page is not in ${code}`);
    }

    async goOn() {
        await this.shows('applicant', 'inform');
        await this.hand.press(action('go-on'));
        await this.shows('applicant', 'consent');
    }

    /** The item that is asked, as "item" or "item scope". */
    async asked() {
        const question = this.page.locator('[data-item][data-scope]').filter({ visible: true });
        await question.waitFor({ timeout: kLimitMs });
        return question.evaluate(({ dataset: { item, scope } }) => [item, scope].filter(Boolean).join(' '));
    }

    /** Answers the item that is asked, and waits until it is not asked any more. */
    async answer(yes) {
        const item = await this.asked();
        await this.hand.press(action(yes ? 'yes' : 'no'));
        await this.page.waitForFunction((before) => {
            const question = document.querySelector('[data-item][data-scope]');
            return question === null || [question.dataset.item, question.dataset.scope].filter(Boolean).join(' ') !== before;
        }, item, { timeout: kLimitMs });
        return item;
    }

    /** Answers all of them; `refused`: those that get a no. Returns what was asked. `at`: called before each answer. */
    async answerAll({ refused = [], at = async () => undefined } = {}) {
        const items = [];
        while (!await this.page.locator('[data-step="mark"]').isVisible()) {
            const item = await this.asked();
            await at(item);
            await this.answer(!refused.includes(item));
            items.push(item);
            await this.page.locator('[data-step="mark"], [data-item][data-scope]').first().waitFor({ timeout: kLimitMs });
        }
        return items;
    }

    /** Draws in the field with one finger; who has only a keyboard gives no mark. */
    async mark() {
        if (this.hand instanceof Keys) return this.hand.press(action('mark-none'));
        const field = this.page.locator('[data-pad]');
        await field.scrollIntoViewIfNeeded();
        const box = await field.boundingBox();
        const cdp = await this.page.context().newCDPSession(this.page);
        for (const stroke of kSignature) {
            for (const [at, [x, y]] of stroke.entries()) {
                await cdp.send('Input.dispatchTouchEvent', { type: at === 0 ? 'touchStart' : 'touchMove',
                    touchPoints: [{ x: box.x + x * box.width, y: box.y + y * box.height }] });
            }
            await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
        }
        await cdp.detach();
    }

    confirmMark() {
        return this.hand.press(action('confirm-mark'));
    }

    understand(yes) {
        return this.hand.press(action(yes ? 'understood-yes' : 'understood-no'));
    }

    askPause() {
        return this.hand.press(action('ask-pause'));
    }

    async askEnd(sure) {
        await this.hand.press(action('ask-end'));
        await this.hand.press(action(sure ? 'stop-yes' : 'stop-no'));
    }

    // -- The staff's side.

    /** From the applicant's side, by name and PIN. */
    async signIn(name, pin) {
        await this.touch('take-back');
        await this.enter(name, pin);
    }

    async enter(name, pin) {
        if (await this.page.locator('#staff-name').inputValue() !== name) await this.hand.write('#staff-name', name);
        await this.hand.write('#staff-pin', pin);
        await this.touch('sign-in');
        await this.page.locator('.root[data-side="staff"]:not([data-screen="sign-in"])').waitFor({ timeout: kLimitMs });
    }

    /** `guests`: { role, name, organisation }, who are invited with it. */
    async plan({ title, name, state, guests }) {
        await this.shows('staff', 'today');
        await this.touch('plan');
        await this.shows('staff', 'plan');
        await this.hand.write('#plan-title', title);
        await this.hand.write('#person-0', name);
        await this.hand.choose('#plan-state', state);
        await this.hand.tick('input[name="training"]');
        for (const [at, { role, name: called, organisation }] of guests.entries()) {
            if (at > 0) await this.touch('add-guest');
            await this.hand.choose(`#guest-${at}-role`, role);
            await this.hand.write(`#guest-${at}-name`, called);
            if (organisation !== undefined) await this.hand.write(`#guest-${at}-organisation`, organisation);
        }
    }

    async schedule() {
        await this.touch('schedule');
        await this.shows('staff', 'interview');
    }

    /** Another one that is planned, of which there is one. */
    async takeUpAnother() {
        await this.hand.press(`[data-waiting] ${action('choose')}`);
        await this.shows('staff', 'interview');
    }

    async tickAll() {
        for (const item of kChecks) {
            await this.hand.tick(`[data-check="${item}"]`);
            await this.page.locator(`[data-check="${item}"]:checked`).waitFor({ timeout: kLimitMs });
        }
    }

    async checkIn() {
        await this.touch('check-in');
        await this.inState('checked-in');
    }

    /** To the applicant's side. */
    async handOver() {
        await this.touch('hand-over');
        await this.page.locator('.root[data-side="applicant"]').waitFor({ timeout: kLimitMs });
    }

    /** Back from the applicant, by the PIN. */
    async takeBack(name, pin) {
        await this.touch('take-back');
        await this.page.locator('.root[data-side="staff"]').waitFor({ timeout: kLimitMs });
        if (await this.page.locator('#staff-pin').isVisible()) await this.enter(name, pin);
        await this.shows('staff', 'interview');
    }

    async step(name, state) {
        await this.touch(name);
        await this.inState(state);
    }

    /** What is not shown in this state by itself; `panel`: its name, or "now" for what is. */
    async turnTo(panel) {
        await this.hand.press(`[data-panel-link="${panel}"]`);
        if (panel !== 'now') await this.page.locator(`[data-panel="${panel}"]`).waitFor({ timeout: kLimitMs });
    }

    async invite({ role, name, organisation }) {
        await this.hand.choose('#invite-role', role);
        await this.hand.write('#invite-name', name);
        if (organisation !== undefined) await this.hand.write('#invite-organisation', organisation);
        await this.touch('invite');
        return this.linkOf(role);
    }

    /** The link of somebody who was invited at this screen, as it is shown there. */
    async linkOf(role) {
        const row = this.page.locator(`[data-participant][data-role="${role}"]`).last();
        if (!await row.locator('[data-link]').isVisible()) await this.hand.press(row.locator(action('show-link')));
        return row.locator('[data-link]').getAttribute('data-link');
    }

    /** Waits for so many in the waiting room, and lets all of them in. */
    async admitAll(count) {
        await this.page.waitForFunction((wanted) =>
            document.querySelectorAll('[data-participant][data-place="lobby"][data-present="true"]').length === wanted, count, { timeout: kLimitMs });
        await this.touch('admit-all');
        await this.page.waitForFunction((wanted) =>
            document.querySelectorAll('[data-participant][data-place="admitted"]').length >= wanted, count, { timeout: kLimitMs });
    }

    async admit(role) {
        await this.touch('admit', `[data-participant][data-role="${role}"][data-place="lobby"]`);
        await this.page.locator(`[data-participant][data-role="${role}"][data-place="admitted"]`).waitFor({ timeout: kLimitMs });
    }

    async sendBack(role) {
        await this.touch('send-back', `[data-participant][data-role="${role}"]`);
        await this.page.locator(`[data-participant][data-role="${role}"][data-place="lobby"]`).waitFor({ timeout: kLimitMs });
    }

    async remove(role, reason) {
        const row = `[data-participant][data-role="${role}"]`;
        await this.touch('remove', row);
        await this.hand.press(`[data-reason="${reason}"]`);
        await this.touch('remove-confirm');
        await this.page.locator(row).waitFor({ state: 'detached', timeout: kLimitMs });
    }

    /** A break of so many minutes, one of those that are offered. */
    async pause(minutes) {
        await this.hand.press(`[data-minutes="${minutes}"]`);
        await this.step('pause', 'paused');
    }

    /** From whatever panel. */
    async withdraw(item) {
        await this.turnTo('consent');
        await this.touch('withdraw', `[data-item="${item}"]`);
        await this.page.locator(`[data-item="${item}"][data-answer="withdrawn"]`).waitFor({ timeout: kLimitMs });
    }

    async incident(kind, detail) {
        await this.turnTo('incident');
        await this.hand.press(`${action('incident')}[data-kind="${kind}"]`);
        await this.hand.write('#incident-detail', detail);
        await this.touch('incident-write');
        await this.page.locator(`[data-written="${kind}"]`).waitFor({ timeout: kLimitMs });
    }

    async end(reason) {
        await this.turnTo('end');
        await this.hand.choose('#end-reason', reason);
        await this.touch('end');
    }
}
