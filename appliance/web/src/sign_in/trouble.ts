// Why somebody did not come in, as one of the sentences that a person can act on. Pure.

import { HubError } from '../signalling/hub_api';

/** `entry_trouble_…` in the catalogues. */
export type Trouble =
    | 'unknown'      // not an invitation or passkey of an open interview
    | 'used'         // used already, or too late
    | 'origin'       // this page may not
    | 'many'         // too many failed attempts
    | 'away'         // hub or centre cannot be reached
    | 'cancelled'    // the person or the browser said no to the passkey
    | 'registered'   // this device has a passkey for this interview already
    | 'passkey';     // the passkey was not accepted

export function troubleOf(error: unknown): Trouble {
    if (error instanceof HubError) {
        switch (error.status) {
            case 401: return 'unknown';
            case 403: return 'origin';
            case 409: return 'registered';
            case 410: return 'used';
            case 429: return 'many';
            case 400: case 413: case 422: return 'passkey';
            default: return 'away';
        }
    }
    const name = error instanceof DOMException ? error.name : '';
    return name === 'NotAllowedError' || name === 'AbortError' ? 'cancelled'
        : name === 'InvalidStateError' ? 'registered'
        : 'passkey';
}
