// A browser that cannot protect what it sends is not let in: there is no call in clear.

import { t } from '../i18n';
import { Notice } from './notice';

export const Unsupported = () => (
    <div class="root" data-door="unsupported">
        <Notice heading={t('unsupported_heading')} text={t('unsupported_text')} />
    </div>
);
