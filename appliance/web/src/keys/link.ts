// What an invitation's link says: #TOKEN for the hub, and PIN and SECRET, of which the hub is never told. The PIN is the
// thumbprint of the key that everything else is believed by; the SECRET proves to the kiosk that this is the browser in
// which the link was opened. A link of the token alone proves nothing: with it there are no keys.

import type { Keep } from '../capture/kept';
import { k32Bytes } from './base64url';

/** Whom to believe, and how to be believed. */
export interface Trust {
    readonly pin: string;
    readonly secret: string; // empty: used up
}
export interface Link {
    readonly token: string;
    readonly trust: Trust | undefined;
}

export function linkInFragment(fragment: string): Link | undefined {
    const [token = '', pin, secret, ...more] = fragment.replace(/^#/, '').split('.');
    if (!k32Bytes.test(token) || more.length > 0) return undefined;
    if (pin === undefined) return { token, trust: undefined };
    // Half a link, or one that was damaged on its way, must not come in without keys in silence.
    if (secret === undefined || !k32Bytes.test(pin) || !k32Bytes.test(secret)) return undefined;
    return { token, trust: { pin, secret } };
}

/** As it stands in a link. */
export const fragmentOf = ({ token, trust }: Link): string =>
    trust === undefined ? `#${token}` : `#${token}.${trust.pin}.${trust.secret}`;

const keyOf = (participant: string): string => `sightline.link.${participant}`;

/** For the reloads of an interview, by participant: each invitation has one of its own. */
export class LinkMemory {
    constructor(private readonly keep_: Keep) {}

    recall(participant: string): Trust | undefined {
        const [pin = '', secret = ''] = (this.keep_.getItem(keyOf(participant)) ?? '').split('.');
        return k32Bytes.test(pin) ? { pin, secret } : undefined;
    }

    /** `fresh`: the hub has just taken this invitation. Else what is known already stays. */
    remember(participant: string, trust: Trust | undefined, fresh: boolean): void {
        if (participant === '' || trust === undefined) return;
        if (fresh || this.recall(participant) === undefined) this.write(participant, trust);
    }

    /** The kiosk knows this device now: nobody who reads the browser's files should find the secret. */
    secretUsed(participant: string): void {
        const known = this.recall(participant);
        if (known !== undefined && known.secret !== '') this.write(participant, { ...known, secret: '' });
    }

    forget(participant: string): void {
        this.keep_.removeItem(keyOf(participant));
    }

    private write(participant: string, { pin, secret }: Trust): void {
        this.keep_.setItem(keyOf(participant), `${pin}.${secret}`);
    }
}
