// The people of an interview, each in a Chromium of their own with a profile on disk: how they come in, how they come
// back, what they have switched off, and what their page says.
import path from 'node:path';
import { FrameTap } from './frame_tap.mjs';
import { demand, patiently, within } from './harness.mjs';
import { probeScript } from './page_probe.mjs';
import { enter, inPlace } from './play.mjs';
import { Profile } from './profile.mjs';
import { listen, witnessScript } from './witness.mjs';

const kAnswerMs = patiently(20000); // of a page that hardly gets any time

export class Person {
    /** `key`: unique; `has`: what the person has switched on, when that is not both; `fps`: of their camera. */
    constructor(appliance, host, { key, role, name, has = { audio: true, video: true }, fps = undefined }) {
        Object.assign(this, { appliance, host, key, role, name });
        this.has = role === 'observer' ? { audio: false, video: false } : has;
        this.url = `${appliance.origin}/${role === 'observer' ? 'observer' : 'console'}/`;
        this.profile = new Profile(path.join(appliance.dir, 'profiles', key), { capture: role !== 'observer', fps });
        appliance.browsers.push(this.profile);
    }

    /** With their invitation, as far as the waiting room. */
    async comeIn() {
        await this.prepare(await this.profile.start());
        const link = await this.host.invite(this.role, this.name);
        this.id = this.host.people[this.role];
        await this.page.goto(link);
        await this.appliance.comeIn(this.page);
        this.signedIn = Date.now();
        await enter(this.page);
        await inPlace(this.page, 'lobby');
    }

    /** After their browser was killed: another one on the same profile, and the same address. */
    async comeBack() {
        await this.prepare(await this.profile.start());
        await this.page.goto(this.url);
        await enter(this.page);
    }

    /** After their tab crashed: another one. */
    async openAgain() {
        const old = this.page;
        await this.prepare(await this.profile.newPage());
        void old.close().catch(() => undefined);
        await this.page.goto(this.url);
        await enter(this.page);
    }

    async prepare(page) {
        this.page = page;
        page.problems = [];
        page.on('pageerror', (error) => page.problems.push(String(error)));
        listen(page);
        await page.addInitScript(probeScript());
        await page.addInitScript(witnessScript());
        await this.tap?.prepare(page);
    }

    /** Presses a button of their own until the device is as wanted. */
    async switch(kind, on) {
        const button = this.page.locator(`[data-capture="${kind === 'audio' ? 'microphone' : 'camera'}"]`);
        if ((await button.getAttribute('data-state') === 'on') !== on) await button.click();
        await this.page.locator(`[data-capture="${kind === 'audio' ? 'microphone' : 'camera'}"][data-state="${on ? 'on' : 'off'}"]`)
            .waitFor({ timeout: patiently(10000) });
        this.has[kind] = on;
    }

    /** What the page answers; a page that does not answer must not hold a test up without its being said. */
    asked(question) {
        return within(kAnswerMs, `${this.key}'s page answers`, this.page.evaluate(question));
    }

    /** What the page says, in a form that can be compared; "Back again" is as good as "Connected". */
    view() {
        return this.asked(() => {
            const root = document.querySelector('.root');
            const { place, state, connection, control, up, down } = root?.dataset ?? {};
            const button = (name) => document.querySelector(`[data-capture="${name}"]`)?.dataset.state;
            return {
                place, state, control, up, down, connection: connection === 'back' ? 'connected' : connection,
                standing: document.querySelector('.standing')?.innerText,
                // How good a line is follows the machine, not what somebody has chosen.
                roster: [...document.querySelectorAll('[data-person]')].map((item) =>
                    [item.dataset.person, item.dataset.present, ...[...item.querySelectorAll('.name, .role:not(.quality)')]
                        .map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim())].join(' ')),
                tiles: [...document.querySelectorAll('figure.tile:not([hidden])')].map((tile) =>
                    `${tile.dataset.role}: ${tile.dataset.cover ?? 'moves'}`).sort(),
                microphone: button('microphone'), camera: button('camera'),
            };
        });
    }

    /** What has been received by whose tile it was for, since the page was loaded or `marked`. */
    async heard() {
        const now = await this.asked(() => window.sightlineWitness.heard());
        const since = {};
        for (const [role, counts] of Object.entries(now)) {
            since[role] = Object.fromEntries(Object.entries(counts)
                .map(([what, value]) => [what, value - (this.mark?.heard[role]?.[what] ?? 0)]));
        }
        return since;
    }

    /** From here on is judged. */
    async setMark() {
        this.mark = undefined;
        const firsts = await this.asked(() => window.sightlineWitness.firsts());
        this.mark = { heard: await this.heard(), firsts };
        await this.asked(() => void window.sightlineWitness.shown.splice(0));
        this.page.said.length = 0;
    }

    /** New receivers that got something since the mark, and what the page showed. */
    async traces() {
        const { firsts, shown } = await this.asked(() => (
            { firsts: window.sightlineWitness.firsts(), shown: window.sightlineWitness.shown }));
        return { firsts: firsts - (this.mark?.firsts ?? 0), shown };
    }
}

/** Who comes in, in this order; the last one stays in the waiting room. */
export const kParty = [
    { key: 'interviewer', role: 'interviewer', name: 'Interviewer I', has: { audio: false, video: true } },
    { key: 'interpreter', role: 'interpreter', name: 'Interpreter T', has: { audio: true, video: false } },
    { key: 'observer', role: 'observer', name: 'Observer O' },
    { key: 'waiting', role: 'observer', name: 'Observer W' },
];

/** `book`: notes the key and counter of every frame that they send and receive; `fps`: of their cameras. */
export async function assemble(appliance, host, { book = undefined, fps = undefined } = {}) {
    const people = [];
    for (const one of kParty) {
        const person = new Person(appliance, host, { ...structuredClone(one), fps });
        if (book !== undefined) person.tap = new FrameTap({ keepFrames: false, book });
        await person.comeIn();
        if (one.has) {
            for (const kind of ['audio', 'video']) await person.switch(kind, one.has[kind]);
        }
        if (one.key !== 'waiting') {
            await host.admit(one.role);
            await inPlace(person.page, 'admitted');
        }
        people.push(person);
    }
    demand(new Set(people.map(({ id }) => id)).size === people.length, 'two people have one id');
    return people;
}
