// How a page answers the kiosk's question who it is: signed by the device's key, with the key to seal to, and with the
// proof that the link was opened here for as long as that is needed.

import { fromBase64url, toBase64url, utf8 } from './base64url';
import type { Identity } from './identity';
import { announcementLetter, kAnnouncement, type Challenge } from './letters';
import { signed, type SealingKey } from './sealing';

export interface Announcer {
    readonly identity: Identity;
    readonly participant: string;
    readonly page: string;
    readonly seal: SealingKey;
    readonly secret: string; // of the link; empty: used up
}

/** Undefined: the secret is none. */
export async function linkProof(
    secret: string, session: string, participant: string, thumbprint: string,
): Promise<string | undefined> {
    const bytes = fromBase64url(secret, 32);
    if (bytes === undefined) return undefined;
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const mac = await crypto.subtle.sign('HMAC', key, utf8(`sightline-link\n${session}\n${participant}\n${thumbprint}`));
    return toBase64url(new Uint8Array(mac));
}

export async function announcement(challenge: Challenge, who: Announcer): Promise<string> {
    const { identity, participant, page, seal, secret } = who;
    const proof = await linkProof(secret, challenge.session, participant, identity.thumbprint);
    const payload = {
        session: challenge.session, participant, nonce: challenge.nonce, page, seal: seal.jwk,
        ...(proof === undefined ? {} : { proof }),
    };
    return announcementLetter(identity.jwk, await signed(payload, kAnnouncement, identity.key));
}
