// Another tab of this browser has the interview: which one, and one click to have it here.

import { locales, t } from '../i18n';
import type { OnlyTab } from '../signalling/only_tab';
import { Notice } from './notice';

const clock = (ms: number): string =>
    new Date(ms).toLocaleTimeString(locales(), { hour: '2-digit', minute: '2-digit', hour12: false });

export function OtherTab({ tab, here }: { tab: OnlyTab; here: () => void }) {
    const lost = tab.holding.value === 'lost';
    const since = tab.since.value;
    const text = lost ? t('tab_lost_text') : since === 0 ? t('tab_other_text') : t('tab_other_since', { time: clock(since) });
    return (
        <Notice key={tab.holding.value} heading={lost ? t('tab_lost_heading') : t('tab_other_heading')} text={text}>
            <button type="button" class="primary" data-action="take-over" onClick={here}>{t('tab_take_over')}</button>
        </Notice>
    );
}
