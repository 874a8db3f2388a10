// The language of the page. One whose texts nobody certified has checked says so beside its name.

import { useState } from 'preact/hooks';
import { isDraft, language, languagesOffered, setLanguage, t } from '../i18n';

export function LanguagePicker() {
    const [failed, setFailed] = useState(false);
    const choose = async (select: HTMLSelectElement): Promise<void> => {
        const shown = await setLanguage(select.value);
        setFailed(!shown);
        if (!shown) select.value = language.value;
    };
    const named = (code: string, name: string) => (isDraft(code) ? t('language_draft', { name }) : name);
    return (
        <label class="language" title={isDraft(language.value) ? t('language_draft_hint') : undefined}>
            <span class="language-label">{t('language')}</span>
            <select value={language.value} onChange={(event) => void choose(event.currentTarget)}>
                {languagesOffered().map(([code, name]) => (
                    <option key={code} value={code} lang={code}>{named(code, name)}</option>
                ))}
            </select>
            {failed && <span class="language-failed" role="alert">{t('language_failed')}</span>}
        </label>
    );
}
