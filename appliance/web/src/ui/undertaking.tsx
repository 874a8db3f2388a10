// What an interpreter and an observer undertake before they join. The button under it says it, and joins.

import { t } from '../i18n';

export function Undertaking({ role }: { role: 'interpreter' | 'observer' }) {
    return (
        <section class="undertaking" aria-labelledby="undertaking-heading" data-undertaking={role}>
            <h2 id="undertaking-heading">{t(`undertaking_${role}_heading`)}</h2>
            <ul>
                {([1, 2, 3] as const).map((line) => <li key={line}>{t(`undertaking_${role}_${line}`)}</li>)}
            </ul>
        </section>
    );
}
