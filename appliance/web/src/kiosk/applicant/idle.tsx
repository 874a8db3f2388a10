// Before anybody is checked in: welcome, and the languages, each in itself.

import { isDraft, language } from '../../i18n';
import { chooseLanguage, directionOf, languageName } from '../side_language';
import { k, kKioskLanguages } from '../texts';
import { Heading } from './heading';
import { Spoken } from './spoken';

export function Idle() {
    return (
        <div class="screen idle">
            <Heading of="idle">{k('welcome')}</Heading>
            <Spoken name="say_welcome" quiet />
            <div class="languages" role="group" aria-label={k('language')}>
                {kKioskLanguages.map((code) => (
                    <button
                        key={code} type="button" lang={code} dir={directionOf(code)} data-language={code}
                        aria-pressed={code === language.value} onClick={() => chooseLanguage('applicant', code)}
                    >
                        {languageName(code)}
                        {isDraft(code) && <span class="draft-mark">{k('draft_short')}</span>}
                    </button>
                ))}
            </div>
        </div>
    );
}
