// For an interpreter whom the page did not know as one before they joined: by a login of before, say.

import { t } from '../i18n';
import type { Duties } from '../keys/duties';

export function UndertakingBand({ duties, hasKeys }: { duties: Duties; hasKeys: boolean }) {
    if (duties.undertook.value || duties.isUndertaken.value || !hasKeys) return null;
    return (
        <section class="band ask" data-band="undertaking" role="status">
            <div class="band-text">
                <h2>{t('undertaking_interpreter_heading')}</h2>
                <p>{([1, 2, 3] as const).map((line) => t(`undertaking_interpreter_${line}`)).join(' ')}</p>
            </div>
            <div class="band-row">
                <button type="button" class="primary" data-action="undertake" onClick={() => duties.undertake()}>
                    {t('undertake')}
                </button>
            </div>
        </section>
    );
}
