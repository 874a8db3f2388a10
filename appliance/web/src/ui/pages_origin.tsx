// Where these pages come from, which decides whom one trusts with them; and which device this is.

import { t } from '../i18n';
import type { EndToEnd } from '../keys/end_to_end';
import { DeviceKey } from './device_key';

/** `saves`: the device's key can be saved here, and not only where staff must vouch for it. */
export function PagesOrigin({ hub, endToEnd, saves = true }: { hub: string; endToEnd: EndToEnd; saves?: boolean }) {
    const identity = endToEnd.conversation.identity.value;
    const own = location.origin !== hub;
    return (
        <div class="origin" data-pages={own ? 'own' : 'hub'}>
            <p class="hint">{own ? t('pages_own', { origin: location.host }) : t('pages_hub')}</p>
            {identity !== undefined && (
                <p class="hint">
                    {t('device_code')} <span class="code" translate={false}>{endToEnd.code.value}</span>
                    {!identity.kept && ` ${t('device_unkept')}`}
                </p>
            )}
            {saves && <DeviceKey endToEnd={endToEnd} />}
        </div>
    );
}
