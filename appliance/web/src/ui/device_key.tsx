// The public key of this device as a file, for the administrator of a delegation, who signs it into the roster; the code
// is read out beside it.

import { t } from '../i18n';
import type { EndToEnd } from '../keys/end_to_end';

function save(name: string, text: string): void {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    // The browser has begun to read it by then.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function DeviceKey({ endToEnd }: { endToEnd: EndToEnd }) {
    const identity = endToEnd.conversation.identity.value;
    if (identity === undefined) return null;
    return (
        <button
            type="button" data-action="save-key"
            onClick={() => save(`sightline-key-${endToEnd.code.value}.json`, `${JSON.stringify(identity.jwk)}\n`)}
        >
            {t('device_key_save')}
        </button>
    );
}
