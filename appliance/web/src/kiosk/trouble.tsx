// What was not done, in the language of whoever reads it. The kiosk gives a reason in English; staff who read another
// language get its kind in theirs first. The applicant is told whom to ask, and no reasons.

import { language } from '../i18n';
import { kOwnWords, kUnreachable, type Refusal } from './kiosk_api';
import { k, named } from './texts';

const isRead = (refusal: Refusal): boolean => refusal.code === kOwnWords || language.value === 'en';

export function Reason({ refusal }: { refusal: Refusal }) {
    if (refusal.code === kUnreachable || refusal.error === '') return <p>{k('unreachable')}</p>;
    if (isRead(refusal)) return <p>{refusal.error}</p>;
    return (
        <>
            <p>{named(`refused_${refusal.code.replaceAll('-', '_')}`, k('refused'))}</p>
            <p class="hint" lang="en" dir="ltr">{refusal.error}</p>
        </>
    );
}

/** For staff. */
export function Trouble({ refusal }: { refusal: Refusal | undefined }) {
    return refusal === undefined ? null : <div class="trouble" role="alert" data-refused={refusal.code}><Reason refusal={refusal} /></div>;
}

/** For the applicant. */
export function AskStaff({ refusal }: { refusal: Refusal | undefined }) {
    if (refusal === undefined) return null;
    const sentence = refusal.code === kOwnWords ? refusal.error : k(refusal.code === kUnreachable ? 'unreachable' : 'refused_ask_staff');
    return <p class="trouble" role="alert" data-refused={refusal.code}>{sentence}</p>;
}
