// An interview through the screens alone: the applicant and staff at one touch screen, the delegation and the observer at
// their pages. browser.screens proves what follows from it; the tour pictures it. `at(state, shown)` is called in each
// state: `shown` has the page by the kind of it, those alone that the state changed.
import { Guest } from './guests.mjs';
import { demand, eventually } from './harness.mjs';
import { isHeard, mustSee, silent, untilSilent } from './play.mjs';
import { TouchScreen } from './touch_screen.mjs';

export const kTitle = 'Interview of the test';
export const kNextTitle = 'The next one of the day';
/** ISO 3166: the observer's organisation is a state's, and is shown by its name in the reader's language. */
export const kObservers = 'HUN';
export const kGuests = [
    { role: 'interviewer', name: 'Interviewer I' },
    { role: 'interpreter', name: 'Interpreter T' },
    { role: 'observer', name: 'Observer O', organisation: kObservers },
];
export const kSpoken = ['Arabic', 'Levantine'];
export const kItems = ['video', 'audio', `observers ${kObservers}`, 'metadata', 'share-dossier NLD'];
const kMinutes = 5;

export class ScreenPlay {
    /**
     * `staff`: { name, pin }; `language`: the applicant's; `hands`: { touch, guests }, of hand.mjs, if not a finger and a mouse;
     * `prepare`: done to each guest's page before it is opened; `prepareTouch`: to the touch screen's.
     * Afterwards `staffTouches` are those from the staff's sign-in to the start, and `clicks` each guest's from their link to seeing.
     */
    constructor({ appliance, browser, staff, language, hands = {}, prepare = undefined, prepareTouch = undefined, at = async () => undefined }) {
        Object.assign(this, { appliance, browser, staff, language, hands, prepare, prepareTouch, at, guests: {}, clicks: {} });
    }

    async plan() {
        const touch = await TouchScreen.open(this.browser, this.appliance.links.touch, { hand: this.hands.touch, prepare: this.prepareTouch });
        this.touch = touch;
        await this.at('welcome', { kiosk: touch.page });
        await touch.chooseLanguage(this.language);
        await this.at('welcome-own-language', { kiosk: touch.page });
        await touch.hand.press('[data-action="complaint"]');
        await touch.hand.find('dialog:modal');
        await this.at('complaint', { kiosk: touch.page });
        await touch.hand.press('[data-action="close-dialog"]');
        await touch.hand.press('[data-action="take-back"]');
        await this.at('sign-in', { staff: touch.page });
        await touch.enter(this.staff.name, this.staff.pin);
        await this.at('today', { staff: touch.page });
        await touch.plan({ title: kTitle, name: 'Applicant A', state: 'NLD', guests: kGuests });
        await this.at('plan', { staff: touch.page });
        await touch.schedule();
        await this.at('planned', { staff: touch.page });
        await touch.turnTo('people');
        for (const { role } of kGuests) this.guests[role] = { link: await touch.linkOf(role) };
        await this.at('links', { staff: touch.page });
        await this.planAnother();
        await touch.hand.press('[data-action="sign-out"]');
        await touch.shows('applicant', 'idle');
    }

    /** The day has several: links that were handed out are as good when their interview is taken up again. */
    async planAnother() {
        const { touch } = this;
        await touch.touch('today');
        await touch.plan({ title: kNextTitle, name: 'Applicant B', state: 'NLD', guests: [] });
        await touch.schedule();
        await touch.touch('today');
        await touch.hand.find('[data-waiting]');
        await this.at('today-several', { staff: touch.page });
        await touch.takeUpAnother();
    }

    async guestsCome() {
        for (const { role } of kGuests) {
            const guest = await Guest.open(this.browser, {
                role, link: this.guests[role].link, hand: this.hands.guests, prepare: this.prepare,
            });
            this.guests[role] = guest;
            const kind = role === 'interviewer' ? 'console' : role;
            await this.at('door', { [kind]: guest.page });
            await guest.comeIn();
            if (role === 'interpreter') await guest.declare(...kSpoken);
            await this.at('before-joining', { [kind]: guest.page });
            await guest.join();
            await this.at('waiting-room', { [kind]: guest.page });
        }
    }

    /** From the staff's sign-in to the waiting room's doors. */
    async checkIn() {
        const { touch, staff } = this;
        await touch.hand.press('[data-action="take-back"]');
        touch.touches.length = 0;
        await touch.enter(staff.name, staff.pin);
        await touch.shows('staff', 'interview');
        await touch.tickAll();
        await touch.checkIn();
        await this.at('checked-in', { staff: touch.page });
        await touch.handOver();
    }

    async consent() {
        const { touch } = this;
        await touch.shows('applicant', 'inform');
        await this.at('inform', { kiosk: touch.page });
        await touch.goOn();
        this.asked = await touch.answerAll({ at: (item) => this.at(`consent-${item.split(' ')[0]}`, { kiosk: touch.page }) });
        await touch.mark();
        await this.at('mark', { kiosk: touch.page });
        await touch.confirmMark();
        await touch.shows('applicant', 'understand');
        await this.at('understand', { kiosk: touch.page });
        await touch.understand(true);
        await touch.shows('applicant', 'ready');
        await this.at('ready', { kiosk: touch.page });
    }

    async start() {
        const { touch, staff } = this;
        await touch.takeBack(staff.name, staff.pin);
        // Whoever has answered all has closed it with that.
        await touch.inState('waiting');
        await this.at('waiting', { staff: touch.page });
        await touch.admitAll(kGuests.length);
        await touch.step('start', 'live');
        this.staffTouches = [...touch.touches];
    }

    async seeAndHear() {
        const { interviewer, interpreter, observer } = this.guests;
        await mustSee(interviewer.page, 'applicant', 'the interviewer does not see the applicant');
        await mustSee(interviewer.page, 'interpreter', 'the interviewer does not see the interpreter');
        await mustSee(interpreter.page, 'applicant', 'the interpreter does not see the applicant');
        await mustSee(interpreter.page, 'interviewer', 'the interpreter does not see the interviewer');
        await mustSee(observer.page, 'applicant', 'the observer does not see the applicant');
        for (const [{ page, role }, other] of [[interviewer, 'applicant'], [interpreter, 'interviewer'], [observer, 'interpreter']]) {
            demand(await isHeard(page, other), `the ${role} does not hear the ${other}`);
        }
        // The applicant sees and hears the delegation on their other screen, which the engine draws.
        await eventually('the applicant is shown and played the delegation', 15000, async () => {
            const { remote = [] } = (await this.appliance.status()).engine ?? {};
            return remote.some(({ audio_level_dbfs }) => audio_level_dbfs > -50);
        });
        for (const { role, hand } of Object.values(this.guests)) this.clicks[role] = hand.presses;
        await this.at('live', { staff: this.touch.page, console: interviewer.page, interpreter: interpreter.page, observer: observer.page });
    }

    /** The words compared; notes, a bookmark, a turn, the warm-up, a view. */
    async work() {
        const { touch, guests: { interviewer, interpreter, observer } } = this;
        for (const guest of [interviewer, interpreter]) {
            await guest.hand.press('[data-action="words-match"]');
            await guest.hides('[data-action="words-match"]', 'is asked to compare the words once more');
        }
        await interpreter.hand.press('[data-action="warm-up-hear"]');
        await interpreter.hand.press('[data-action="warm-up-heard"]');
        await interpreter.shows('[data-warm-up="done"]', 'the warm-up is not done');
        await this.at('warmed-up', { interpreter: interpreter.page });

        await interviewer.hand.press('[data-action="note"]');
        await interviewer.hand.write('#note-question', 'When did you leave?');
        await interviewer.hand.write('#note-answer', 'In spring.');
        await interviewer.hand.write('#note-demeanour', 'calm');
        await this.at('note', { console: interviewer.page });
        await interviewer.hand.press('[data-action="note-send"]');
        await interviewer.shows('[data-note][data-sent="1"]', 'the note has not gone');
        await interviewer.hand.press('[data-action="bookmark"]');
        await interviewer.shows('.note-list li + li', 'the bookmark is not listed');
        await this.at('notes', { console: interviewer.page });
        await interviewer.hand.press('[data-action="note"]');

        await interpreter.hand.press('[data-action="turn"]');
        await interviewer.shows('[data-turn="other"]', 'is not told that the interpreter has the turn');
        await observer.shows('[data-turn="other"]', 'is not told that the interpreter has the turn');
        await this.at('turn', { console: interviewer.page, interpreter: interpreter.page, observer: observer.page });
        await interviewer.hand.press('[data-action="turn-back"]');
        await interpreter.hides('[data-turn]', 'still has the turn');

        await interviewer.hand.press('[data-action="view-document"]');
        await touch.page.locator('[data-wish="document"]').waitFor();
        await this.at('view-wished', { staff: touch.page, console: interviewer.page });
        await touch.touch('grant-view');
        await interviewer.shows('[data-action="view-document"][data-state="shown"]', 'is not shown the document');
        await mustSee(interviewer.page, 'applicant', 'the interviewer sees nothing of the document view');
        await this.at('view-document', { console: interviewer.page });
        await interpreter.hand.press('[data-action="view-face"]');
        await touch.page.locator('[data-wish="face"]').waitFor();
        await touch.touch('grant-view');
        await interviewer.shows('[data-action="view-face"][data-state="shown"]', 'is not shown the face again');
    }

    /** A break on a timer, a talk without the observer, and a break that the applicant takes. */
    async pauses() {
        const { touch, staff, guests: { interviewer, interpreter, observer } } = this;
        const everybody = [interviewer, interpreter, observer];
        await touch.pause(kMinutes);
        for (const { page, role } of everybody) {
            await untilSilent(page);
            demand(await silent(page), `the ${role} receives media in a break`);
        }
        for (const guest of everybody) await guest.shows('.countdown[data-left-ms]', 'is not told how long the break is');
        const left = Number(await interviewer.page.locator('.countdown[data-left-ms]').getAttribute('data-left-ms'));
        demand(left > 0 && left <= kMinutes * 60000, `a break of ${kMinutes} minutes has ${left} ms left`);
        await this.at('break', { staff: touch.page, console: interviewer.page, interpreter: interpreter.page, observer: observer.page });
        await touch.step('resume', 'live');
        await mustSee(interviewer.page, 'applicant', 'the interviewer does not see the applicant after the break');

        await touch.turnTo('pause');
        await touch.step('private-talk', 'paused');
        await mustSee(interviewer.page, 'applicant', 'the interviewer does not see the applicant in the private talk');
        await untilSilent(observer.page);
        demand(await silent(observer.page), 'the observer receives media in a private talk');
        await this.at('private-talk', { staff: touch.page, console: interviewer.page, observer: observer.page });
        await touch.step('resume', 'live');
        await mustSee(observer.page, 'applicant', 'the observer does not see the applicant after the private talk');

        await touch.turnTo('now');
        await touch.handOver();
        await touch.shows('applicant', 'live');
        await this.at('live', { kiosk: touch.page });
        await touch.askPause();
        await touch.shows('applicant', 'paused');
        await untilSilent(interviewer.page);
        demand(await silent(interviewer.page), 'the interviewer receives media although the applicant has paused');
        await this.at('paused', { kiosk: touch.page });
        await touch.hand.press('[data-action="ask-end"]');
        await touch.hand.find('dialog:modal');
        await this.at('stop', { kiosk: touch.page });
        await touch.hand.press('[data-action="stop-no"]');
        await touch.takeBack(staff.name, staff.pin);
        await touch.step('resume', 'live');
        await mustSee(interviewer.page, 'applicant', 'the interviewer does not see the applicant after their pause');
    }

    async withdraw() {
        const { touch, guests: { interviewer, observer } } = this;
        await touch.withdraw('observers');
        await this.at('withdrawn', { staff: touch.page });
        await untilSilent(observer.page);
        demand(await silent(observer.page), 'the observer receives media after the withdrawal');
        await mustSee(interviewer.page, 'applicant', 'the withdrawal of the observers cut off the interviewer');
        await this.at('withdrawn', { observer: observer.page });
        await touch.incident('fire', 'a false alarm');
        await this.at('incident', { staff: touch.page });
    }

    async end() {
        const { touch } = this;
        await touch.turnTo('end');
        await this.at('end', { staff: touch.page });
        await touch.end('complete');
        for (const guest of Object.values(this.guests)) await guest.shows('[data-connection="ended"]', 'is not told that it is over');
        await touch.shows('staff', 'today');
        await this.at('ended', { staff: touch.page, ...Object.fromEntries(Object.values(this.guests)
            .map(({ role, page }) => [role === 'interviewer' ? 'console' : role, page])) });
        await touch.hand.press('[data-action="sign-out"]');
        await touch.shows('applicant', 'ended');
        await this.at('ended', { kiosk: touch.page });
        for (const guest of Object.values(this.guests)) guest.mustBeWell();
        demand(touch.page.problems.length === 0, `the touch screen: ${touch.page.problems.join(' | ')}`);
    }

    /** All of it, in the order in which it happens at a centre. */
    async play() {
        await this.plan();
        await this.guestsCome();
        await this.checkIn();
        await this.consent();
        await this.start();
        await this.seeAndHear();
        await this.work();
        await this.pauses();
        await this.withdraw();
        await this.end();
    }
}
