// The control socket: where we and the interview stand, who is there, who is in which slot, what we publish. Opens
// itself again for as long as the page wants it; the hub's answers to that are judged as in rtc/reconnect.ts.

import { batch, signal } from '@preact/signals';
import { Backoff, Patience } from '../rtc/reconnect';
import type { Line } from '../rtc/connection_words';
import { HubError } from './hub_api';
import {
    parseHubMessage, type HubMessage, type Person, type Place, type Standing, type TrackState, type Welcome,
} from './messages';

/** Why there is nothing more to connect to. */
export type Ending =
    | { readonly kind: 'ended'; readonly reason: string } // the interview is over
    | { readonly kind: 'unknown' }                        // we are not signed in any more
    | { readonly kind: 'forbidden' };

/** What we asked the centre for: `failed` when it was refused, or not answered in time. */
export interface Wish {
    readonly what: 'pause' | 'end';
    readonly failed: boolean;
}

const kNothingKnown: Standing = { state: 'waiting', pause: undefined, endReason: '' };
const kWishMs = 5_000;
const kHelloMs = 8_000;
const kRememberedResources = 8;
/** The hub's close code; the reason is the other one's origin. */
const kElsewhere = 4307;

/** Who reads the letters about keys. */
export interface LetterReader {
    take(letter: string): void;
    /** The hub could not do what it was asked last; that may have been a letter. */
    refused(): void;
}

/** `lost`: the socket had been lost, and the hub may know nothing of us any more. `renewed`: by our own wish. */
export type Welcoming = 'first' | 'lost' | 'renewed';

export class ControlSocket {
    readonly line = signal<Line>('idle');
    readonly welcome = signal<Welcome | undefined>(undefined);
    /** The hub's last word; nothing that this page does changes it. */
    readonly place = signal<Place>('lobby');
    readonly standing = signal<Standing>(kNothingKnown);
    readonly may = signal<readonly string[]>([]);
    readonly title = signal('');
    readonly wish = signal<Wish | undefined>(undefined);
    readonly people = signal<readonly Person[]>([]);
    /** By the id of the WHEP resource: the map of its slots. May arrive before the WHEP answer does. */
    readonly slots = signal<ReadonlyMap<string, readonly (string | null)[]>>(new Map());
    readonly ending = signal<Ending | undefined>(undefined);

    letters: LetterReader | undefined;
    /** Told the origin of another hub that has the interview. */
    onElsewhere: (origin: string) => void = () => undefined;

    private socket_: WebSocket | undefined;
    private timer_: ReturnType<typeof setTimeout> | undefined;
    private readonly backoff_ = new Backoff();
    private readonly patience_ = new Patience();
    private media_: { audio: TrackState; video: TrackState } | undefined;

    private wishTimer_: ReturnType<typeof setTimeout> | undefined;
    private attempt_ = 0;
    private next_: Welcoming = 'first';

    /** `ticket` fetches a fresh ticket for each hello. `onWelcome` is called at every welcome. */
    constructor(
        private readonly url_: string,
        private readonly ticket_: () => Promise<string>,
        private readonly onWelcome_: (welcome: Welcome, how: Welcoming) => void,
    ) {}

    start(): void {
        this.ending.value = undefined;
        this.line.value = 'connecting';
        this.next_ = 'first';
        this.open();
    }

    /** Leaves on purpose. */
    stop(): void {
        this.send({ type: 'bye' });
        this.close('idle');
    }

    /** After trouble on the media path the socket may be dead without knowing: a fresh one costs little. */
    renew(): void {
        if (this.line.value === 'idle' || this.line.value === 'refused') return;
        this.backoff_.reset();
        // A socket that works until now is replaced without a word to the person.
        if (this.line.value === 'connected') this.next_ = 'renewed';
        this.open();
    }

    /** What we publish now; said again after every reconnect, so that the hub never shows an old state. */
    tellMedia(audio: TrackState, video: TrackState): void {
        if (this.media_?.audio === audio && this.media_.video === video) return;
        this.media_ = { audio, video };
        this.sayMedia();
    }

    /** Asks the centre. The answer is another state. */
    ask(what: Wish['what'], reason?: string): void {
        this.setWish({ what, failed: this.line.value !== 'connected' });
        this.send({ type: 'ask', what, ...(reason === undefined ? {} : { reason }) });
    }

    /** False: there is no line now. */
    sendLetter(text: string): boolean {
        if (this.line.value !== 'connected' || this.socket_?.readyState !== WebSocket.OPEN) return false;
        this.send({ type: 'letter', text });
        return true;
    }

    private setWish(wish: Wish | undefined): void {
        clearTimeout(this.wishTimer_);
        this.wish.value = wish;
        if (wish === undefined || wish.failed) return;
        this.wishTimer_ = setTimeout(() => this.setWish({ ...wish, failed: true }), kWishMs);
    }

    private sayMedia(): void {
        if (this.media_ === undefined || this.line.value !== 'connected' || !this.may.value.includes('signal')) return;
        this.send({ type: 'media', ...this.media_ });
    }

    private send(message: object): void {
        if (this.socket_?.readyState === WebSocket.OPEN) this.socket_.send(JSON.stringify(message));
    }

    private open(): void {
        this.drop();
        const attempt = this.attempt_;
        this.timer_ = setTimeout(() => this.lost(0), kHelloMs);
        this.ticket_().then(
            (ticket) => {
                if (attempt === this.attempt_) this.connect(ticket);
            },
            (error: unknown) => {
                if (attempt === this.attempt_) this.lost(error instanceof HubError ? error.status : 0);
            },
        );
    }

    private connect(ticket: string): void {
        const socket = new WebSocket(this.url_);
        this.socket_ = socket;
        socket.onopen = () => this.send({ type: 'hello', ticket });
        socket.onmessage = (event) => {
            if (socket !== this.socket_) return;
            const message = parseHubMessage(event.data);
            if (message !== undefined) this.take(message);
        };
        socket.onclose = (event) => {
            // 4401: unknown ticket, 4404: unknown session. Both also come from a hub that was restarted.
            const status = event.code === 4403 ? 403 : event.code === 4401 || event.code === 4404 ? 401 : 0;
            if (socket !== this.socket_) return;
            if (event.code === kElsewhere) this.onElsewhere(event.reason);
            this.lost(status);
        };
    }

    private take(message: HubMessage): void {
        switch (message.type) {
            case 'welcome': {
                clearTimeout(this.timer_);
                this.backoff_.reset();
                this.patience_.reset();
                this.welcome.value = message;
                this.line.value = 'connected';
                this.settle(message);
                this.sayMedia();
                if (this.ending.value === undefined) this.onWelcome_(message, this.next_);
                break;
            }
            case 'place':
            case 'state':
                this.settle(message);
                this.sayMedia();
                break;
            case 'roster':
                this.people.value = message.participants;
                break;
            case 'slots': {
                const kept = [...this.slots.value].filter(([id]) => id !== message.resource);
                this.slots.value = new Map([...kept.slice(1 - kRememberedResources), [message.resource, message.slots]]);
                break;
            }
            case 'letter':
                this.letters?.take(message.text);
                break;
            case 'ended':
                this.finish(message.reason);
                break;
            case 'error':
                // A refused hello is followed by a close code, which decides.
                this.letters?.refused();
                if (this.wish.value !== undefined) this.setWish({ ...this.wish.value, failed: true });
                break;
        }
    }

    /** In one step, so that nobody sees half of it. */
    private settle(message: Partial<Pick<Welcome, 'place' | 'title' | 'standing' | 'may'>>): void {
        batch(() => {
            if (message.title !== undefined) this.title.value = message.title;
            if (message.place !== undefined) this.place.value = message.place;
            if (this.place.value === 'lobby') {
                this.may.value = [];
                this.people.value = [];
                this.slots.value = new Map();
            }
            if (message.may !== undefined) this.may.value = message.may;
            if (message.standing === undefined) return;
            this.standing.value = message.standing;
            this.setWish(undefined);
            if (message.standing.state === 'ended') this.finish(message.standing.endReason);
        });
    }

    private finish(reason: string): void {
        this.ending.value = { kind: 'ended', reason };
        this.close('idle');
    }

    /** `status`: 401 and 403 as HTTP has them, whichever way they were said; else the hub is just away. */
    private lost(status: number): void {
        const known = this.welcome.value !== undefined;
        if (this.patience_.isFinal(status, performance.now(), known)) {
            this.ending.value = { kind: status === 403 ? 'forbidden' : 'unknown' };
            this.close('refused');
            return;
        }
        this.drop();
        this.letters?.refused();
        if (known) this.next_ = 'lost';
        this.line.value = known ? 'reconnecting' : 'connecting';
        this.timer_ = setTimeout(() => this.open(), this.backoff_.nextDelayMs());
    }

    private close(line: Line): void {
        this.drop();
        this.line.value = line;
        batch(() => {
            this.welcome.value = undefined;
            this.settle({ place: 'lobby', title: '' });
            this.standing.value = kNothingKnown;
            this.setWish(undefined);
        });
        this.patience_.reset();
    }

    private drop(): void {
        clearTimeout(this.timer_);
        ++this.attempt_; // A ticket that is still on its way opens nothing.
        const socket = this.socket_;
        this.socket_ = undefined;
        socket?.close(1000);
    }
}
