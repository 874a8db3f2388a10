// What this page and the kiosk say to each other through the hub, which understands none of it: who we are, whether the
// kiosk is the one of our link, the keys of each epoch, and the few words that go back.

import { computed, signal } from '@preact/signals';
import type { JWK } from 'jose';
import type { ReceivingOrder, SendingOrder } from '../sframe/orders';
import { announcement } from './announcement';
import { randomText, sha256 } from './base64url';
import { judgeKiosk, type ChainTrouble } from './chain';
import { Epochs, isAlarming, type Reader, type Refusal } from './epochs';
import type { Identity } from './identity';
import {
    helloLetter, kEpoch, kMaxUpBytes, kNews, kPong, kSwitch, kWord, parseEpoch, parseLetter, parseNews, parsePong,
    parseSwitch, pingLetter, sealedLetter, type Challenge, type Epoch, type News, type Say, type SendKey, type SignedPerson,
} from './letters';
import type { LinkMemory } from './link';
import { Pulse } from './pulse';
import { makeSealingKey, opened, sealed, signed, verified, type SealingKey } from './sealing';
import { verificationWords } from './words';

/** Why something was refused that a person must hear of. */
export type Alarm = ChainTrouble | 'commitment' | 'forged' | Exclude<Refusal, 'old'>;

/** `none`: we cannot have keys, or do not know yet; `waiting`: the kiosk knows of us, and has given none. */
export type Keys = 'none' | 'waiting' | 'have';

/** Who does with the keys what epochs say. */
export interface KeyHolder {
    take(epoch: number, send: readonly SendingOrder[], receive: readonly ReceivingOrder[]): Promise<void>;
    switchTo(epoch: number, oldMs: number): void;
    /** Nothing is sent while the kiosk cannot be heard. */
    hold(held: boolean): void;
}

/** The kiosk that we have found to be the right one, and what was agreed with it. */
interface Kiosk {
    readonly jwk: JWK;
    readonly epochs: Epochs;
    readonly reader: Reader;
    seal: JWK | undefined; // what our words are sealed to; known from its first epoch on
}

export interface Parts {
    /** False: there is no line. */
    readonly send: (letter: string) => boolean;
    readonly holder: KeyHolder;
    readonly links: LinkMemory;
    readonly identity: Promise<Identity>;
    readonly now?: () => number; // ms since 1970
}

const kHelloMs = [3_000, 6_000, 12_000, 30_000];
const kRunBytes = 16;
const kQuietMs = 400;

const order = ({ kind, kid, key }: SendKey): SendingOrder => ({ kind, kid: BigInt(kid), key });

export class Conversation {
    readonly keys = signal<Keys>('none');
    /** There is no pin: the link was of a token alone, or opened elsewhere. */
    readonly linkless = signal(false);
    readonly alarm = signal<Alarm | undefined>(undefined);
    readonly people = signal<readonly SignedPerson[]>([]);
    readonly words = signal('');
    readonly epoch = signal(0);
    /** The newest. Stays while the kiosk is away: its times go on counting. */
    readonly news = signal<News | undefined>(undefined);
    /** When that came, by this page's clock. */
    newsAt = 0;
    readonly identity = signal<Identity | undefined>(undefined);
    /** Words can go up. */
    readonly open = computed(() => this.keys.value === 'have');
    /** Letters that were not for us, not readable or not new: by and by a hub's troubles may cause some. */
    refusals = 0;

    private readonly page_ = randomText(kRunBytes);
    private readonly seal_: Promise<SealingKey> = makeSealingKey();
    private session_ = '';
    private participant_ = '';
    private commitment_: string | undefined; // as the kiosk's key, the same for as long as the session
    private kiosk_: Kiosk | undefined;
    private number_ = 0;
    private lastNews_ = 0;
    private timer_: ReturnType<typeof setTimeout> | undefined;
    private work_: Promise<unknown> = Promise.resolve();
    private wordsTimer_: ReturnType<typeof setTimeout> | undefined;
    private spelled_ = { keys: '', words: '' };
    private readonly pulse_ = new Pulse(
        (nonce) => void this.parts_.send(pingLetter(this.page_, nonce)), (silent) => this.turned(silent));

    constructor(private readonly parts_: Parts) {
        void parts_.identity.then((identity) => { this.identity.value = identity; });
    }

    /** After every welcome of the hub. */
    welcomed(session: string, participant: string): void {
        if (session !== this.session_ || participant !== this.participant_) {
            this.session_ = session;
            this.participant_ = participant;
            this.commitment_ = this.kiosk_ = undefined;
            this.lastNews_ = 0;
            this.spelled_ = { keys: '', words: '' };
            this.news.value = undefined;
        }
        this.linkless.value = this.parts_.links.recall(participant) === undefined;
        if (!this.linkless.value) this.hello(0);
    }

    /** Back in the waiting room: the kiosk counts us out, and the next epoch is for those who are in. */
    sentBack(): void {
        this.pulse_.stop();
        if (this.keys.value !== 'have') return;
        this.keys.value = 'waiting';
        this.people.value = [];
        this.words.value = '';
        this.news.value = undefined;
    }

    /** The line is gone for good. */
    stop(): void {
        clearTimeout(this.timer_);
        clearTimeout(this.wordsTimer_);
        this.sentBack();
    }

    /** What the hub has brought. One after the other, in its order. */
    take(letter: string): Promise<void> {
        return this.next(() => this.read(letter));
    }

    /** False: it could not be sent now. */
    say(what: Say): Promise<boolean> {
        return this.next(async () => {
            const identity = await this.parts_.identity;
            const seal = this.kiosk_?.seal;
            if (seal === undefined) return false;
            const word = {
                session: this.session_, participant: this.participant_, page: this.page_, number: ++this.number_, ...what,
            };
            const letter = sealedLetter(await sealed(await signed(word, kWord, identity.key), seal));
            return letter.length <= kMaxUpBytes && this.parts_.send(letter);
        });
    }

    private next<Result>(deed: () => Promise<Result>): Promise<Result> {
        const done = this.work_.then(deed);
        this.work_ = done.catch(() => { ++this.refusals; });
        return done;
    }

    /** Letters may get lost with a line or while the kiosk is away: asked again until there are keys. */
    private hello(attempt: number): void {
        clearTimeout(this.timer_);
        this.parts_.send(helloLetter(this.page_));
        const pause = kHelloMs[Math.min(attempt, kHelloMs.length - 1)];
        this.timer_ = setTimeout(() => {
            if (this.keys.value === 'waiting') this.hello(kHelloMs.length);
            else if (this.keys.value === 'none') this.hello(attempt + 1);
        }, pause);
    }

    private async read(text: string): Promise<void> {
        const letter = parseLetter(text);
        if (letter === undefined) ++this.refusals;
        else if (letter.letter === 'challenge') await this.answer(letter);
        else await this.unseal(letter.jwe);
    }

    private async answer(challenge: Challenge): Promise<void> {
        if (challenge.page !== '' && challenge.page !== this.page_) return; // Another load of this page is asked.
        const trust = this.parts_.links.recall(this.participant_);
        if (trust === undefined || challenge.session !== this.session_) {
            ++this.refusals;
            return;
        }
        const judgement = await judgeKiosk(challenge, trust.pin, (this.parts_.now ?? Date.now)() / 1000);
        if (!judgement.trusted) return this.raise(judgement.why);
        if (this.kiosk_ !== undefined && this.kiosk_.reader.kiosk !== judgement.thumbprint) return this.raise('unpinned');
        if (this.commitment_ !== undefined && this.commitment_ !== challenge.commitment) return this.raise('commitment');
        const identity = await this.parts_.identity;
        this.commitment_ = challenge.commitment;
        if (this.kiosk_ === undefined) {
            const reader: Reader = {
                session: this.session_, to: this.participant_, page: this.page_, thumbprint: identity.thumbprint,
                kiosk: judgement.thumbprint, commitment: challenge.commitment,
            };
            this.kiosk_ = { jwk: judgement.kiosk, epochs: new Epochs(reader), reader, seal: undefined };
        }
        const letter = await announcement(challenge, {
            identity, participant: this.participant_, page: this.page_, seal: await this.seal_, secret: trust.secret,
        });
        if (this.parts_.send(letter) && this.keys.value === 'none') this.keys.value = 'waiting';
    }

    private async unseal(jwe: object): Promise<void> {
        const kiosk = this.kiosk_;
        const jws = kiosk === undefined ? undefined : await opened(jwe, await this.seal_);
        if (kiosk === undefined || jws === undefined) {
            ++this.refusals; // Also what was sealed to the page before a reload.
            return;
        }
        // Whoever carries letters can seal to us. They cannot sign.
        const said = await verified(jws, kiosk.jwk, [kEpoch, kSwitch, kPong, kNews]);
        if (said === undefined) return this.raise('forged');
        if (said.purpose === kPong) return this.hearPong(kiosk, said.payload);
        if (said.purpose === kNews) return this.hearNews(kiosk, said.payload);
        if (said.purpose === kSwitch) {
            const order = parseSwitch(said.payload);
            if (order !== undefined && kiosk.epochs.switchTo(order)) this.parts_.holder.switchTo(order.epoch, order.oldMs);
            else ++this.refusals;
            return;
        }
        const epoch = parseEpoch(said.payload);
        if (epoch === undefined) return this.raise('keys');
        const taken = kiosk.epochs.take(epoch, await sha256(epoch.salt));
        if (taken.what === 'refused') {
            ++this.refusals;
            if (isAlarming(taken.why)) this.raise(taken.why as Alarm);
            return;
        }
        kiosk.seal = epoch.seal;
        if (taken.what === 'new') await this.begin(epoch);
        if (taken.switches) this.parts_.holder.switchTo(epoch.epoch, epoch.oldMs);
        this.show(epoch);
        void this.say({ say: 'ack', epoch: epoch.epoch }).catch(() => undefined);
    }

    private hearPong({ epochs }: Kiosk, payload: Record<string, unknown>): void {
        const pong = parsePong(payload);
        if (pong === undefined || !epochs.isForUs(pong)) ++this.refusals;
        // There is a newer epoch than ours: it was lost, or kept back.
        else if (pong.epoch > epochs.last) this.parts_.send(helloLetter(this.page_));
        else this.pulse_.answered(pong.nonce);
    }

    /** An older one that was kept back must not bring back a break that is over, or somebody's turn. */
    private hearNews({ epochs }: Kiosk, payload: Record<string, unknown>): void {
        const news = parseNews(payload);
        if (news === undefined || !epochs.isForUs(news) || news.number <= this.lastNews_) {
            ++this.refusals;
            return;
        }
        this.lastNews_ = news.number;
        this.newsAt = (this.parts_.now ?? Date.now)();
        this.news.value = news;
    }

    private turned(silent: boolean): void {
        this.parts_.holder.hold(silent);
        if (silent && this.keys.value === 'have') this.keys.value = 'waiting';
        else if (!silent && this.keys.value === 'waiting') this.keys.value = 'have';
    }

    private async begin({ epoch, send, receive }: Epoch): Promise<void> {
        await this.parts_.holder.take(epoch, send.map(order),
            receive.map((key) => ({ ...order(key), sender: key.sender })));
    }

    private show(epoch: Epoch): void {
        this.parts_.links.secretUsed(this.participant_);
        this.people.value = epoch.people;
        this.epoch.value = epoch.epoch;
        this.keys.value = 'have';
        this.pulse_.begin();
        clearTimeout(this.timer_);
        // Keys do not wait for the words, which take a tenth of a second of a core to make. Where people come and go
        // they are made once, when it is quiet, and only when somebody's device is another one.
        clearTimeout(this.wordsTimer_);
        this.wordsTimer_ = setTimeout(() => void this.spell(epoch), kQuietMs);
    }

    private async spell({ epoch, session, people, salt }: Epoch): Promise<void> {
        const keys = people.map(({ key }) => key).sort();
        if (String(keys) !== this.spelled_.keys) {
            this.spelled_ = { keys: String(keys), words: (await verificationWords(session, keys, salt)).join(' ') };
        }
        if (this.epoch.value === epoch && this.keys.value === 'have') this.words.value = this.spelled_.words;
    }

    private raise(alarm: Alarm): void {
        ++this.refusals;
        this.alarm.value ??= alarm;
    }
}

