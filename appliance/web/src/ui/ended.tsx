// The last page: that the interview is over, and how it ended as far as one may know.

import { t } from '../i18n';
import { Notice } from './notice';
import { endingKey } from './standing_view';

export function Ended({ reason, text }: { reason: string; text: string }) {
    if (reason === 'removed') return <Notice heading={t('removed_heading')} text={`${t('removed_text')} ${text}`} />;
    const how = endingKey(reason);
    return <Notice heading={t('ended_heading')} text={how === undefined ? text : `${t(how)} ${text}`} />;
}
