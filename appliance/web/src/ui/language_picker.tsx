// The language of the page.

import { language, languagesOffered, setLanguage, t } from '../i18n';

export function LanguagePicker() {
    return (
        <label class="language">
            <span class="language-label">{t('language')}</span>
            <select value={language.value} onChange={(event) => setLanguage(event.currentTarget.value)}>
                {languagesOffered().map(([code, name]) => (
                    <option key={code} value={code} lang={code}>{name}</option>
                ))}
            </select>
        </label>
    );
}
