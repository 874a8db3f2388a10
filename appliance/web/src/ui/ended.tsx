// The last page: that the interview is over, and how it ended as far as one may know.

import { t } from '../i18n';
import { Notice } from './notice';
import { endingKey } from './standing_view';

/** An interview that the centre has put off is open again later: the way in is as good as before. */
function Later({ text }: { text: string }) {
    return (
        <Notice heading={t('later_heading')} text={`${t('later_text')} ${text}`}>
            <button type="button" class="primary" data-action="again" onClick={() => location.reload()}>{t('try_again')}</button>
        </Notice>
    );
}

export function Ended({ reason, text }: { reason: string; text: string }) {
    if (reason === 'removed') return <Notice heading={t('removed_heading')} text={`${t('removed_text')} ${text}`} />;
    if (reason === 'later') return <Later text={text} />;
    const how = endingKey(reason);
    return <Notice heading={t('ended_heading')} text={how === undefined ? text : `${t(how)} ${text}`} />;
}
