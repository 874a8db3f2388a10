// What an interpreter has beside the others: the language and dialect, the warm-up both ways, and the turn.

import { useState } from 'preact/hooks';
import { locales, t } from '../i18n';
import type { Duties } from '../keys/duties';
import { SpeakingIcon } from '../ui/icons';

/** Suggested; anything else can be written. */
const kSuggested = [
    'ar', 'prs', 'ps', 'fa', 'so', 'ti', 'am', 'sw', 'rw', 'fr', 'en', 'uk', 'es', 'ckb', 'kmr', 'my', 'rhg', 'tr', 'ur', 'ru', 'ln', 'om',
];

function suggestions(): string[] {
    const names = new Intl.DisplayNames(locales(), { type: 'language', fallback: 'none' });
    return kSuggested.map((code) => names.of(code)).filter((name): name is string => name !== undefined);
}

export function SpeechFields({ duties }: { duties: Duties }) {
    const { speech } = duties;
    const declare = (changes: object): void => duties.declare({ ...speech.peek(), ...changes });
    return (
        <div class="fields speech">
            <div class="field">
                <label for="speech-language">{t('speech_language')}</label>
                <input
                    id="speech-language" type="text" list="speech-languages" autocomplete="off" maxLength={60} dir="auto"
                    value={speech.value.language} onChange={(event) => declare({ language: event.currentTarget.value })}
                />
                <datalist id="speech-languages">{suggestions().map((name) => <option key={name} value={name} />)}</datalist>
            </div>
            <div class="field">
                <label for="speech-dialect">{t('speech_dialect')}</label>
                <input
                    id="speech-dialect" type="text" autocomplete="off" maxLength={60} dir="auto"
                    value={speech.value.dialect} onChange={(event) => declare({ dialect: event.currentTarget.value })}
                />
            </div>
        </div>
    );
}

/** Both have to speak and be understood; then it folds away, and can be opened again. */
export function WarmUp({ duties }: { duties: Duties }) {
    const [again, setAgain] = useState(false);
    const { speech, hears, isHeard, declared } = duties;
    const done = declared.value?.heard === true && hears.value && isHeard.value;
    const named = [speech.value.language, speech.value.dialect].filter(Boolean).join(', ');
    if (done && !again) {
        return (
            <section class="warm-up" data-warm-up="done">
                <p><strong>{t('warm_up_done')}</strong> {named}</p>
                <button type="button" data-action="warm-up-again" onClick={() => setAgain(true)}>{t('warm_up_again')}</button>
            </section>
        );
    }
    const missing = speech.value.language === '';
    return (
        <section class="warm-up" aria-labelledby="warm-up-heading" data-warm-up={missing ? 'language' : 'open'}>
            <h2 id="warm-up-heading">{t('warm_up_heading')}</h2>
            <p class="hint">{missing ? t('warm_up_language') : t('warm_up_text')}</p>
            <SpeechFields duties={duties} />
            <div class="check-buttons">
                {([['hear', hears], ['heard', isHeard]] as const).map(([name, ticked]) => (
                    <button
                        key={name} type="button" class="tick" data-action={`warm-up-${name}`}
                        aria-pressed={ticked.value} aria-disabled={missing}
                        onClick={() => {
                            if (!missing) ticked.value = !ticked.value;
                        }}
                    >
                        <span class="tick-box" aria-hidden="true">{ticked.value ? '✓' : ''}</span>
                        {t(`warm_up_${name}`)}
                    </button>
                ))}
            </div>
            {again && <button type="button" onClick={() => setAgain(false)}>{t('devices_close')}</button>}
        </section>
    );
}

export function TurnButton({ duties, possible }: { duties: Duties; possible: boolean }) {
    const own = duties.hasTurn.value;
    return (
        <button
            type="button" class="control turn-button" data-action="turn" aria-pressed={own} aria-disabled={!possible}
            onClick={() => possible && duties.turn(own ? 'give' : 'take')}
        >
            <SpeakingIcon />
            <span class="control-text">
                <span>{own ? t('turn_done') : t('turn_take')}</span>
                <span class="control-state">{own ? t('turn_done_hint') : t('turn_take_hint')}</span>
            </span>
        </button>
    );
}
