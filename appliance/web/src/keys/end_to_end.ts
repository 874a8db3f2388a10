// What makes a page's call end-to-end encrypted: the conversation with the kiosk, the worker that has the keys, the
// people as the kiosk has signed them, the verification words. Also marks on the page's root what tests look for.

import { computed, effect, signal } from '@preact/signals';
import type { Downlink } from '../rtc/downlink';
import type { ControlSocket } from '../signalling/control';
import type { Welcome } from '../signalling/messages';
import type { Protection } from '../sframe/protection';
import { Conversation } from './conversation';
import { Duties } from './duties';
import { openIdentity, shortCode } from './identity';
import { InterviewClock } from './interview_clock';
import type { LinkMemory } from './link';
import { Notes } from './notes';
import { Saying } from './saying';
import { confirmedPeople } from './signed_people';
import { WordsMemory } from './words_memory';

/** After so long without keys it is worth saying what a person can do about it. */
const kWaitingMs = 3_000;

export class EndToEnd {
    readonly conversation: Conversation;
    readonly words: WordsMemory;
    readonly notes: Notes;
    /** What a person undertakes, declares and asks for, beside notes and words. */
    readonly duties: Duties;
    readonly clock: InterviewClock;
    /** How the link is, for the stamp of a note: `link_…` in the catalogues. Set by a page that can tell. */
    linkNow: () => string = () => 'unknown';
    /** Everybody, with the names that the kiosk has signed. */
    readonly people;
    /** Slots whose pictures and sounds cannot be opened. */
    readonly unavailable;
    /** What a person reads to the staff, so that they can vouch for this device. */
    readonly code;
    /** Let in for a while, and still without keys. */
    readonly overdue = signal(false);
    private readonly comparison_: Saying<'matches' | 'differs'>;
    private readonly session_ = signal('');
    private readonly self_ = signal('');

    constructor(
        control: ControlSocket, down: Downlink, protection: Protection, links: LinkMemory,
    ) {
        const conversation = new Conversation({
            send: (letter) => control.sendLetter(letter), holder: protection, links, identity: openIdentity(),
        });
        this.conversation = conversation;
        this.words = new WordsMemory(sessionStorage, this.session_, conversation.words, conversation.people);
        this.clock = new InterviewClock(conversation, control.standing);
        this.notes = new Notes(
            (word) => conversation.say(word),
            () => ({ at: Date.now(), liveMs: this.clock.liveMs(Date.now()), link: this.linkNow() }));
        this.comparison_ = new Saying((say) => conversation.say({ say }));
        this.duties = new Duties(conversation, control.standing, this.self_);
        const sayings = [this.notes.saying, this.comparison_, ...this.duties.sayings];
        this.people = computed(() => confirmedPeople(control.people.value, conversation.people.value));
        this.unavailable = protection.unavailable;
        this.code = computed(() => shortCode(conversation.identity.value?.thumbprint ?? ''));
        control.letters = {
            take: (letter) => void conversation.take(letter).catch(() => undefined),
            refused: () => sayings.forEach((saying) => saying.refused()),
        };

        effect(() => protection.seat(control.slots.value.get(down.resource.value) ?? []));
        computed(() => conversation.open.value && control.line.value === 'connected').subscribe((isThere) => {
            if (isThere) sayings.forEach((saying) => void saying.lineIsBack());
        });
        const late = computed(() => control.place.value === 'admitted' && !conversation.open.value);
        let timer: ReturnType<typeof setTimeout> | undefined;
        late.subscribe((isLate) => {
            clearTimeout(timer);
            if (isLate) timer = setTimeout(() => { this.overdue.value = true; }, kWaitingMs);
            else this.overdue.value = false;
        });
        let wasInside = false;
        control.place.subscribe((place) => {
            if (wasInside && place === 'lobby') conversation.sentBack();
            wasInside = place === 'admitted';
        });
        control.ending.subscribe((ending) => {
            if (ending === undefined) return;
            conversation.stop();
            if (ending.kind !== 'ended') return;
            protection.forget();
            links.forget(this.self_.value);
        });
        this.markRoot();
    }

    welcomed(welcome: Welcome): void {
        this.session_.value = welcome.session;
        this.self_.value = welcome.self;
        this.conversation.welcomed(welcome.session, welcome.self);
    }

    /** Everybody has read the words aloud. */
    compared(match: boolean): void {
        this.words.note(match);
        void this.comparison_.begin(match ? 'matches' : 'differs');
    }

    private markRoot(): void {
        const { dataset } = document.documentElement;
        const { keys, words, epoch, alarm } = this.conversation;
        effect(() => {
            dataset['keys'] = keys.value;
            dataset['words'] = words.value;
            dataset['epoch'] = String(epoch.value);
            if (alarm.value === undefined) delete dataset['alarm'];
            else dataset['alarm'] = alarm.value;
        });
    }
}
