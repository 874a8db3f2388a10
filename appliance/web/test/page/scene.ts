// One interview with the mock hub and kiosk, and a page of one of its people in it.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { MockKiosk } from '../support/mock_kiosk';
import { kPages } from './browser';
import { MockHub, type Member } from './mock_hub';

/** Long, because a busy machine is no defect of the page. */
export const kPatienceMs = 45_000;
export const kApplicant = '00000000000000a1';
export const kInterviewer = '00000000000000b1';
export const kSecond = '00000000000000b2';
export const kInterpreter = '00000000000000c1';
export const kObserver = '00000000000000d1';

const member = (id: string, name: string, role: string, organisation = ''): Member => ({
    id, name, role, organisation, present: true, publishing: role !== 'observer',
    audio: role === 'observer' ? 'none' : 'on', video: role === 'observer' ? 'none' : 'on',
});
export const kPeople = {
    applicant: member(kApplicant, 'Applicant A', 'applicant'),
    interviewer: member(kInterviewer, 'Interviewer I', 'interviewer', 'Delegation D'),
    second: member(kSecond, 'Interviewer J', 'interviewer', 'Delegation D'),
    third: member('00000000000000b3', 'Interviewer K', 'interviewer', 'Delegation D'),
    fourth: member('00000000000000b4', 'Interviewer L', 'interviewer', 'Delegation D'),
    fifth: member('00000000000000b5', 'Interviewer M', 'interviewer', 'Delegation D'),
    interpreter: member(kInterpreter, 'Interpreter T', 'interpreter'),
    observer: member(kObserver, 'Observer O', 'observer', 'Ministry M'),
};

export interface Look {
    readonly width?: number;
    readonly height?: number;
    readonly scale?: number;
    readonly dark?: boolean;
    readonly language?: string;
}

export class Scene {
    clicks = 0;

    private constructor(readonly hub: MockHub, readonly context: BrowserContext, readonly page: Page, readonly self: Member) {}

    get kiosk(): MockKiosk { return this.hub.kiosk as MockKiosk; }

    static async open(browser: Browser, role: 'interviewer' | 'interpreter' | 'observer', look: Look = {}): Promise<Scene> {
        const hub = await MockHub.start(browser, kPages);
        const self = kPeople[role];
        hub.members = [kPeople.applicant, kPeople.interviewer, kPeople.interpreter, kPeople.observer];
        hub.slots = [role === 'interpreter' ? kInterviewer : kInterpreter, kApplicant, role === 'observer' ? kInterviewer : null, null, null, null];
        const context = await browser.newContext({
            viewport: { width: look.width ?? 1366, height: look.height ?? 768 }, permissions: ['camera', 'microphone'],
            ...(look.scale !== undefined && { deviceScaleFactor: look.scale }),
            colorScheme: look.dark === true ? 'dark' : 'light', locale: look.language ?? 'en',
        });
        const scene = new Scene(hub, context, await context.newPage(), self);
        await scene.attach(scene.page);
        await hub.useKiosk(await MockKiosk.create());
        hub.signedIn = undefined;
        return scene;
    }

    attach(page: Page): Promise<void> {
        const may = this.self.role === 'observer' ? ['subscribe'] : ['publish', 'subscribe', 'signal', 'pause', 'end'];
        return this.hub.attach(page, this.self.id, may);
    }

    get address(): string {
        return `${this.hub.origin}/${this.self.role === 'observer' ? 'observer' : 'console'}/`;
    }

    async click(action: string): Promise<void> {
        await this.page.click(`[data-action="${action}"]`);
        ++this.clicks;
    }

    /** To the door, and through it to the check or the observer's start. */
    async comeIn(): Promise<void> {
        await this.page.goto(this.address + this.kiosk.fragment('T'.repeat(43), this.self.id));
        await this.click('come-in');
    }

    async join(): Promise<void> {
        if (this.self.role !== 'observer')
            await this.page.locator('[data-capture="microphone"]:is([data-state="on"], [data-state="off"])').waitFor();
        await this.click(this.self.role === 'observer' ? 'start' : 'join');
        await this.page.locator('.root[data-connection="connected"]').waitFor({ timeout: kPatienceMs });
        if (this.hub.inside) await this.page.locator('html[data-keys="have"]').waitFor({ state: 'attached', timeout: kPatienceMs });
    }

    async seeApplicant(): Promise<void> {
        await this.page.locator(`figure.featured[data-participant="${kApplicant}"]:not([data-cover])`).waitFor({ timeout: kPatienceMs });
    }

    async enter(): Promise<void> {
        await this.comeIn();
        await this.join();
    }

    /** The kiosk's news, with these changes from now on. */
    async tell(changes: Partial<NonNullable<MockKiosk['news']>>): Promise<void> {
        if (this.kiosk.news !== undefined) Object.assign(this.kiosk.news, changes);
        this.hub.letter(await this.kiosk.newsLetter(this.self.id));
    }

    said(say: string): Record<string, unknown>[] {
        return this.kiosk.words.filter((word) => word['say'] === say);
    }

    async until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
        for (const end = Date.now() + kPatienceMs; !await is();) {
            if (Date.now() > end) throw new Error(`never: ${what}`);
            await this.page.waitForTimeout(50);
        }
    }

    async close(): Promise<void> {
        await this.context.close();
        await this.hub.stop();
    }
}
