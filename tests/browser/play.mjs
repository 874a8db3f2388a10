// An interview as the tests play one: a member of staff at the kiosk's socket, a delegation and an observer in browsers
// of their own. Whoever uses it decides what happens; here is only how each person does it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually, patiently } from './harness.mjs';
import { Staff } from './staff.mjs';

export const kOrganisation = 'Organisation O';

/** A member of staff who runs one interview. */
export class Host {
    constructor(appliance, staff) {
        Object.assign(this, { appliance, staff, people: {} });
    }

    async schedule(title) {
        const { session, subjects } = await this.staff.ask('session.schedule', {
            title, subjects: [{ name: 'Applicant A' }], delegation: { state: 'NLD', basis: 'consent' }, training: true,
        });
        this.session = session;
        [this.subject] = subjects;
        const { texts } = await this.staff.ask('consent.texts', { language: 'en' });
        this.texts = Object.fromEntries(texts.map((text) => [text.item, text.sha256]));
    }

    step(step, reason) {
        return this.staff.ask('session.step', reason === undefined ? { step } : { step, reason });
    }

    answer(item, answer, scope) {
        return this.staff.ask('consent.record', {
            person: this.subject, item, answer, text_sha256: this.texts[item], language: 'en', mode: 'touch',
            witness: 'staff 1', ...(scope === undefined ? {} : { scope }),
        });
    }

    withdraw(item, scope) {
        return this.staff.ask('consent.withdraw', { person: this.subject, item, ...(scope === undefined ? {} : { scope }) });
    }

    /** As far as the waiting room: everybody may be admitted. `answers`: item to "given" or "refused". */
    async prepare(title, answers) {
        await this.schedule(title);
        await this.step('check-in');
        await this.step('open-consent');
        for (const [item, answer] of Object.entries(answers)) {
            await this.answer(item, answer, item === 'observers' ? kOrganisation : undefined);
        }
        await this.step('close-consent');
    }

    /** The link, and who it is for. */
    async invite(role, name) {
        const invitation = await this.staff.ask('invite', {
            role, name, ...(role === 'observer' ? { organisation: kOrganisation } : {}),
        });
        this.people[role] = invitation.participant;
        return invitation.link;
    }

    admit(role) {
        return this.staff.ask('participant.admit', { participant: this.people[role] });
    }

    sendBack(role) {
        return this.staff.ask('participant.send-back', { participant: this.people[role] });
    }

    remove(role) {
        return this.staff.ask('participant.remove', { participant: this.people[role] });
    }

    async status() {
        return (await this.staff.ask('status')).session;
    }
}

/**
 * Somebody's browser, signed in by their invitation and past their device check: in the waiting room. `prepare`: what
 * else is done to the page before.
 */
export async function comeIn(appliance, host, role, name, prepare = undefined) {
    const browser = await appliance.browser({ capture: role !== 'observer' });
    const page = await appliance.open(browser, await host.invite(role, name), prepare);
    await enter(page);
    await inPlace(page, 'lobby');
    return page;
}

/** From the device check, or the observer's first page, to where the centre lets one be. */
export async function enter(page) {
    const button = page.locator('[data-action="join"], [data-action="start"]');
    await button.waitFor({ timeout: patiently(10000) });
    if ((await button.getAttribute('data-action')) === 'join') {
        await page.locator('[data-capture="microphone"]:is([data-state="on"], [data-state="off"])').waitFor();
    }
    await button.click();
}

/** Signs the demonstration's supervisor in, whose PIN deploy/run has put into a file. */
export async function hostOf(appliance) {
    const pin = (await readFile(path.join(appliance.dir, 'state/demo.pin'), 'utf8')).trim();
    return new Host(appliance, await Staff.signIn(appliance.dir, 'demo', pin));
}

export const inPlace = (page, place, limitMs = 10000) =>
    page.waitForFunction((wanted) => document.querySelector('[data-place]')?.dataset.place === wanted, place,
        { timeout: patiently(limitMs) });

export const inState = (page, state, limitMs = 10000) =>
    page.waitForFunction((wanted) => document.querySelector('[data-place][data-state]')?.dataset.state === wanted, state,
        { timeout: patiently(limitMs) });

/** Whether a new frame of that role, or of that participant, is shown within the limit. */
export const sees = (page, who, limitMs = 8000) =>
    page.evaluate(([of, ms]) => window.sightlineProbe.nextFrame(of, ms), [who, limitMs]).then((at) => at !== null);

/** Throws `what` and what is missing for it, unless such a frame is shown within the limit. */
export async function mustSee(page, who, what, limitMs = 8000) {
    if (await sees(page, who, patiently(limitMs))) return;
    const missing = await page.evaluate(() => window.sightlineProbe.whyStill()).catch(({ message }) => message);
    throw new Error(`${what}: ${JSON.stringify(missing)}`);
}

/** dBFS of the loudest that is heard of that role, or of that participant. */
export const hears = (page, who, ms = 2000) =>
    page.evaluate(([of, duration]) => window.sightlineProbe.audioLevel(of, duration), [who, ms]);

/** dBFS: speech and the fake microphone's beep are far above, a silent line far below. */
export const kQuietest = -50;
const kListenMs = 1500; // the fake microphone beeps every second

/** Whether anything of that role is heard within the limit; there may be nobody to hear at first. */
export async function isHeard(page, role, limitMs = 8000) {
    for (const until = Date.now() + patiently(limitMs); ;) {
        if ((await hears(page, role, kListenMs).catch(() => -120)) > kQuietest) return true;
        if (Date.now() > until) return false;
    }
}

/** Media packets that a page has received so far, and when the last one came (milliseconds of the wall clock). */
export const received = (page) => page.evaluate(async () => {
    let packets = 0;
    let last = 0;
    for (const pc of window.sightlineProbe.connections) {
        if (pc.connectionState === 'closed') continue;
        for (const report of (await pc.getStats()).values()) {
            if (report.type !== 'inbound-rtp') continue;
            packets += report.packetsReceived;
            last = Math.max(last, report.lastPacketReceivedTimestamp ?? 0);
        }
    }
    return { packets, last };
});

/** True if nothing of the kind arrives for a while. */
export async function silent(page, forMs = 1500) {
    const before = await received(page);
    await new Promise((done) => setTimeout(done, forMs));
    return (await received(page)).packets === before.packets;
}

export const untilSilent = (page, limitMs = 3000) =>
    eventually('the media stops', limitMs, () => silent(page, 400), 1);
