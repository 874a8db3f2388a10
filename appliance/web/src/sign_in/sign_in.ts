// How a person comes in: with the login of before, else with an invitation, which is used by their click and not by
// whoever fetches the page (programs that show previews of links do), else with a passkey.

import { signal } from '@preact/signals';
import type { Link, Trust } from '../keys/link';
import { follows, ticketOrMove } from '../signalling/elsewhere';
import { HubError, postJson, textOf, type PageName } from '../signalling/hub_api';
import { makePasskey, passkeysExist, usePasskey } from './passkey';
import { troubleOf, type Trouble } from './trouble';

export type Step =
    | 'looking'   // whether this browser is signed in
    | 'invited'   // an invitation is there, not used yet
    | 'choosing'  // an invitation is there, and somebody is signed in
    | 'outside'   // neither
    | 'offered'   // in; a passkey may be made
    | 'in';

const keyOf = (page: PageName): string => `sightline.was-here.${page}`;
/** Somebody was signed in at this page in this browser: the hub may know them still. */
const wasHere = (page: PageName): boolean => localStorage.getItem(keyOf(page)) !== null;
const rememberHere = (page: PageName): void => localStorage.setItem(keyOf(page), '1');

export class SignIn {
    readonly step = signal<Step>('looking');
    /** What went wrong with the last try; `unknown` and the like are texts. */
    readonly trouble = signal<Trouble | undefined>(undefined);
    /** Something is under way: a second click does nothing. */
    readonly busy = signal(false);
    /** Who is signed in already. */
    readonly name = signal('');
    readonly passkeys = passkeysExist();
    /** Whose login it is; known when the step is `in`. */
    participant = '';
    /** Their part, when the hub has said it. */
    role = '';
    /** Told whom a link's keys are of; `fresh`: the hub has just taken that invitation. */
    onLink: (participant: string, trust: Trust | undefined, fresh: boolean) => void | Promise<void> = () => undefined;

    constructor(
        private readonly hub_: string,
        private readonly page_: PageName,
        private invitation_: Link | undefined,
    ) {}

    /** Also tries again after the hub could not be reached. */
    begin(): Promise<void> {
        // Nobody has been signed in here: an invitation's door need not wait for the hub to say so.
        if (this.invitation_ !== undefined && !wasHere(this.page_)) {
            this.step.value = 'invited';
            return Promise.resolve();
        }
        return this.attempt(async () => {
            if (!await this.isSignedIn()) this.step.value = this.invitation_ === undefined ? 'outside' : 'invited';
            else if (this.invitation_ === undefined) this.enter('in');
            else this.step.value = 'choosing';
        });
    }

    private async isSignedIn(): Promise<boolean> {
        try {
            const { name, participant, role } = await ticketOrMove(this.hub_, this.page_);
            this.name.value = name;
            this.participant = participant;
            this.role = role;
            return true;
        } catch (error) {
            if (!(error instanceof HubError) || error.status !== 401) throw error;
            return false;
        }
    }

    private enter(step: 'in' | 'offered'): void {
        rememberHere(this.page_);
        this.step.value = step;
    }

    goOn(): void {
        // Their link once more, perhaps: what this browser knows of it already stays.
        void this.onLink(this.participant, this.invitation_?.trust, false);
        this.invitation_ = undefined;
        this.enter('in');
    }

    comeIn(): Promise<void> {
        return this.attempt(async () => {
            const entered = await this.entering();
            if (entered === undefined) return;
            this.participant = textOf(entered, 'participant');
            this.role = textOf(entered, 'role');
            await this.onLink(this.participant, this.invitation_?.trust, true);
            this.invitation_ = undefined;
            this.enter(entered['passkey'] === true && this.passkeys ? 'offered' : 'in');
        });
    }

    rememberDevice(): Promise<void> {
        return this.attempt(async () => {
            const options = await postJson(this.hub_, this.page_, '/v1/passkeys/options');
            await postJson(this.hub_, this.page_, '/v1/passkeys', await makePasskey(options));
            this.step.value = 'in';
        });
    }

    withPasskey(): Promise<void> {
        return this.attempt(async () => {
            const options = await postJson(this.hub_, this.page_, '/v1/sign-in/options');
            const entered = await postJson(this.hub_, this.page_, '/v1/sign-in/passkey', await usePasskey(options));
            this.participant = textOf(entered, 'participant');
            this.role = textOf(entered, 'role');
            await this.onLink(this.participant, this.invitation_?.trust, false);
            this.enter('in');
        });
    }

    /**
     * A page at another hub than the interview's goes there, and the person comes in by another click. Undefined: the
     * invitation was used up by this very browser, which does not remember it, and they may go on.
     */
    private async entering(): Promise<Record<string, unknown> | undefined> {
        try {
            return await postJson(this.hub_, this.page_, '/v1/sign-in', { invitation: this.invitation_?.token });
        } catch (error) {
            await follows(error, this.hub_, this.page_, this.invitation_);
            if (error instanceof HubError && error.status === 410 && await this.isSignedIn()) {
                this.step.value = 'choosing';
                return undefined;
            }
            throw error;
        }
    }

    private async attempt(deed: () => Promise<void>): Promise<void> {
        if (this.busy.value) return;
        this.busy.value = true;
        this.trouble.value = undefined;
        try {
            await deed();
        } catch (error) {
            this.trouble.value = troubleOf(error);
        }
        this.busy.value = false;
    }
}
