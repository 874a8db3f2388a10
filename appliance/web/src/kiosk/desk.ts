// What the page knows and can do: which side is shown, who of staff is signed in, and what the kiosk says. The token lives
// here only, so that a reload shows the applicant's side.

import { computed, signal } from '@preact/signals';
import type { ApplicantView, Status, StoreStatus } from './answers';
import { KioskApi, kUnreachable, type Members, type Refusal, type Reply } from './kiosk_api';
import { allAnswered, signersOf } from './consent_plan';
import { Polling } from './polling';
import { applicantScreen, staffScreen, type Side } from './screens';
import { silence } from './prompts';
import { turnLanguage } from './side_language';

export interface Link {
    readonly name: string;
    readonly link: string;
}

export class Desk {
    readonly side = signal<Side>('applicant');
    /** The name that somebody of staff has signed in by. */
    readonly staff = signal<string | undefined>(undefined);
    readonly reachable = signal(true);
    readonly view = signal<ApplicantView | undefined>(undefined);
    readonly status = signal<Status | undefined>(undefined);
    readonly store = signal<StoreStatus | undefined>(undefined);
    /** The kiosk's sentence about the last thing that it did not do. */
    readonly refused = signal<Refusal | undefined>(undefined);
    readonly chosen = signal<'today' | 'plan' | undefined>(undefined);
    /** Links of invitations that were made here: the kiosk shows each once. */
    readonly links = signal<ReadonlyMap<string, Link>>(new Map());
    /** Who interprets in the room, by whatever name staff have given. */
    readonly roomInterpreter = signal('');

    readonly handedOver = signal(false);
    readonly informed = signal(false);
    readonly noInterpreter = signal(false);
    /** Answers before this one do not count: the applicant wants to think again. */
    readonly askedFrom = signal(0);
    /** The applicant wants a moment before the interview has begun: there is nothing to pause but the page. */
    readonly resting = signal(false);
    private readonly ranHere_ = signal(false);

    private token_: string | undefined;
    private readonly going_ = new Set<string>();
    private finished_ = false;
    private readonly polling_ = new Polling(() => this.look());

    constructor(private readonly api_: KioskApi = new KioskApi()) {}

    readonly signers = computed(() => {
        const session = this.view.value?.session;
        return session ? signersOf({ subjects: session.subjects, people: session.people, state: session.delegation }) : [];
    });
    /** The answers that count for this hand-over. */
    readonly answers = computed(() => (this.view.value?.session?.consents ?? []).slice(this.askedFrom.value));

    readonly applicantScreen = computed(() => applicantScreen(this.view.value?.session ?? null, {
        handedOver: this.handedOver.value, informed: this.informed.value, done: allAnswered(this.signers.value, this.answers.value),
        noInterpreter: this.noInterpreter.value, ranHere: this.ranHere_.value,
    }));
    readonly staffScreen = computed(() => staffScreen(this.staff.value !== undefined && !this.handedOver.value, this.status.value, this.chosen.value));

    start(): void { this.polling_.start(); }
    stop(): void { this.polling_.stop(); }
    lookNow(): Promise<void> { return this.polling_.now(); }

    /** Asks as whoever is signed in, or as the one before the kiosk. */
    async ask<T = object>(verb: string, members: Members = {}): Promise<Reply<T>> {
        const token = this.token_;
        const reply = await this.api_.ask<T>(verb, { ...members, ...(token === undefined ? {} : { as: token }) });
        if (!reply.ok && reply.code === 'unauthorized' && token !== undefined && token === this.token_) this.forget(reply);
        return reply;
    }

    /**
     * A second touch of the same while the first is on its way is none. `seen`: the state in which staff
     * decided it; if somebody was faster, nothing happens and the kiosk says so.
     */
    async act<T = object>(verb: string, members: Members = {}, seen?: string): Promise<Reply<T> | undefined> {
        const what = JSON.stringify([verb, members]);
        if (this.going_.has(what)) return undefined;
        this.going_.add(what);
        try {
            const reply = await this.ask<T>(verb, { ...members, ...(seen === undefined ? {} : { if_state: seen }) });
            this.refused.value = reply.ok ? undefined : reply;
            void this.lookNow();
            return reply;
        } finally {
            this.going_.delete(what);
        }
    }

    /** Keeps a tick, also while others are on their way; done when the page shows what the kiosk has. */
    async keep(verb: string, members: Members): Promise<void> {
        const reply = await this.ask(verb, members);
        if (!reply.ok) this.refused.value = reply;
        await this.lookNow();
    }

    /** What the one before the kiosk asks for themself, whoever is signed in behind it. */
    async askAsApplicant(verb: string, members: Members = {}): Promise<Reply<object>> {
        const reply = await this.api_.ask(verb, members);
        void this.lookNow();
        return reply;
    }

    /** A step of the interview, as it is shown. */
    async step(step: string, members: Members = {}): Promise<boolean> {
        const seen = this.status.value?.session?.state;
        return (await this.act('session.step', { step, ...members }, seen))?.ok === true;
    }

    async signIn(name: string, pin: string): Promise<Reply<object>> {
        const before = this.token_;
        const reply = await this.api_.ask<{ readonly as: string }>('sign-in', { name, pin });
        if (!reply.ok) return reply;
        if (before !== undefined) void this.api_.ask('sign-out', { as: before });
        this.token_ = reply.as;
        this.staff.value = name;
        this.refused.value = undefined;
        this.handedOver.value = false;
        await this.lookNow();
        return reply;
    }

    async signOut(): Promise<void> {
        const token = this.token_;
        this.forget(undefined);
        this.turnTo('applicant');
        if (token !== undefined) await this.api_.ask('sign-out', { as: token });
    }

    turnTo(side: Side): void {
        silence();
        this.side.value = side;
        this.refused.value = undefined;
        turnLanguage(side);
        scrollTo(0, 0);
    }

    /** To the applicant; their answers are written down by whoever is signed in. `again`: all questions anew. */
    handOver(again: boolean): void {
        const session = this.view.value?.session;
        this.askedFrom.value = again ? session?.consents.length ?? 0 : 0;
        this.informed.value = false;
        this.noInterpreter.value = false;
        this.resting.value = false;
        this.finished_ = false;
        this.handedOver.value = true;
        this.turnTo('applicant');
    }

    keepLink(participant: string, link: Link): void {
        this.links.value = new Map(this.links.value).set(participant, link);
    }

    private forget(why: Refusal | undefined): void {
        this.token_ = undefined;
        this.staff.value = undefined;
        this.status.value = undefined;
        this.chosen.value = undefined;
        this.handedOver.value = false;
        this.refused.value = why;
    }

    /** One look at the kiosk. What does not answer changes nothing of what is shown. */
    private async look(): Promise<boolean> {
        const signedIn = this.token_ !== undefined;
        const status = await this.ask<Status>('status');
        if (!status.ok) {
            this.reachable.value = status.code !== kUnreachable;
            return this.reachable.value;
        }
        this.store.value = status.store;
        if (signedIn && this.token_ !== undefined) this.status.value = status;
        const view = await this.api_.ask<ApplicantView>('applicant.view');
        this.reachable.value = view.ok || view.code !== kUnreachable;
        if (view.ok) this.take(view);
        await this.finishConsent();
        return this.reachable.value;
    }

    /** Everything is answered and nobody needs to be asked more: staff find the interview ready to start. */
    private async finishConsent(): Promise<void> {
        const session = this.view.value?.session;
        const done = this.handedOver.value && session?.state === 'consenting' && this.applicantScreen.value === 'ready';
        // Once a hand-over: what the kiosk refuses, staff see when they come back.
        if (!done || this.finished_) return;
        this.finished_ = true;
        await this.ask('session.step', { step: 'close-consent', if_state: 'consenting' });
    }

    private take(view: ApplicantView): void {
        const before = this.view.value?.session;
        const ran = before !== undefined && before !== null && before.state !== 'scheduled';
        if (view.session === null && ran) this.ranHere_.value = true;
        if (view.session !== null && view.session.id !== before?.id) this.begin();
        this.view.value = view;
    }

    /** Another interview: nothing of the one before is left. */
    private begin(): void {
        this.ranHere_.value = false;
        this.informed.value = false;
        this.resting.value = false;
        this.askedFrom.value = 0;
    }

    /** After the end, for the next one. */
    backToIdle(): void {
        this.ranHere_.value = false;
        this.view.value = { session: null };
    }
}
