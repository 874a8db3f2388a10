// What a person in the interview undertakes, declares and asks for, sealed to the kiosk: the undertaking that their role
// needs, an interpreter's languages and turn, the view that is wanted. What came of it stands in the kiosk's news.

import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Standing } from '../signalling/messages';
import { utf8 } from './base64url';
import type { Conversation } from './conversation';
import { kMaxLanguageBytes, type View } from './letters';
import { Saying } from './saying';

export interface Speech {
    readonly language: string;
    readonly dialect: string;
}
interface Declaration extends Speech {
    readonly heard: boolean;
}

/** The name of a language as it may be declared: one line, and not longer than the record takes. */
export function languageName(text: string): string {
    let name = text.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/\s+/g, ' ').trim();
    while (utf8(name).length > kMaxLanguageBytes) name = [...name].slice(0, -1).join('').trim();
    return name;
}

export class Duties {
    /** They have said it on this page; the kiosk knows when its news names them. */
    readonly undertook = signal(false);
    readonly speech = signal<Speech>({ language: '', dialect: '' });
    /** The warm-up: I understand the applicant; the applicant understands me. */
    readonly hears = signal(false);
    readonly isHeard = signal(false);
    /** What the kiosk knows of us. */
    readonly isUndertaken;
    readonly declared;
    readonly hasTurn;
    readonly sayings: readonly Pick<Saying<unknown>, 'refused' | 'lineIsBack'>[];
    private readonly undertaking_: Saying<true>;
    private readonly declaration_: Saying<Declaration>;
    private readonly turn_: Saying<'take' | 'give'>;
    private readonly view_: Saying<View>;

    constructor(
        conversation: Pick<Conversation, 'say' | 'news' | 'open' | 'epoch'>, standing: ReadonlySignal<Standing>,
        self: ReadonlySignal<string>,
    ) {
        const { news, open, epoch } = conversation;
        this.undertaking_ = new Saying(() => conversation.say({ say: 'undertake' }));
        this.declaration_ = new Saying((what) => conversation.say({ say: 'languages', ...what }));
        this.turn_ = new Saying((turn) => conversation.say({ say: 'turn', turn }));
        this.view_ = new Saying((view) => conversation.say({ say: 'view', view }));
        this.sayings = [this.undertaking_, this.declaration_, this.turn_, this.view_];
        this.isUndertaken = computed(() => news.value?.undertaken.includes(self.value) === true);
        this.declared = computed(() => news.value?.languages.find(({ id }) => id === self.value));
        this.hasTurn = computed(() => news.value?.turn === self.value && self.value !== '');
        // Said again in each new situation until the kiosk knows: one that was started anew may have missed it.
        effect(() => {
            void [epoch.value, standing.value.state];
            if (open.value && this.undertook.value && !this.isUndertaken.peek()) void this.undertaking_.begin(true);
        });
        effect(() => {
            void [epoch.value, standing.value.state];
            const { language, dialect } = this.speech.value;
            const heard = this.hears.value && this.isHeard.value;
            const known = this.declared.peek();
            const isKnown = known?.language === language && known.dialect === dialect && known.heard === heard;
            if (open.value && language !== '' && !isKnown) void this.declaration_.begin({ language, dialect, heard });
        });
        // After a reload the kiosk knows what this page does not any more.
        effect(() => {
            const known = this.declared.value;
            if (known === undefined || this.speech.peek().language !== '') return;
            this.hears.value = this.isHeard.value = known.heard;
            this.speech.value = { language: known.language, dialect: known.dialect };
        });
    }

    undertake(): void {
        this.undertook.value = true;
    }

    declare(speech: Speech): void {
        const said = { language: languageName(speech.language), dialect: languageName(speech.dialect) };
        const before = this.speech.peek();
        if (said.language === before.language && said.dialect === before.dialect) return;
        // Another language: what was understood was another one.
        this.hears.value = this.isHeard.value = false;
        this.speech.value = said;
    }

    turn(what: 'take' | 'give'): void {
        void this.turn_.begin(what);
    }

    askView(view: View): void {
        void this.view_.begin(view);
    }
}
