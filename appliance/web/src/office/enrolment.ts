// How this browser becomes a site of a delegation's circle. It shows its public keys as one text for the delegation's
// administrator; they answer with the root's key and a list of the circle, as a text or as the fragment of a link, which
// browsers send to nobody. Both are one line of JSON. Pure.

import { calculateJwkThumbprint, type JWK } from 'jose';
import { toBase64url, utf8 } from '../keys/base64url';
import { publicPart } from '../keys/identity';
import type { CircleList, CircleSite } from '../sync/circle';
import { isObject, parseJson, textOfBytes } from '../sync/json_text';
import { bytesOfBase64url } from '../sync/jws';

const kMaxText = 128 * 1024;
const kFragment = '#circle=';

/** Both halves of what one list of the circle says of a site. */
export const publicText = (signing: JWK, sealing: JWK): string =>
    JSON.stringify({ signing: publicPart(signing), sealing: publicPart(sealing) });

export interface Invitation {
    readonly root: JWK;
    readonly delegation: string; // the root's thumbprint
    readonly circle: string; // a JWS
}

export const invitationText = (root: JWK, circle: string): string => JSON.stringify({ root: publicPart(root), circle });
export const invitationFragment = (root: JWK, circle: string): string =>
    `${kFragment}${toBase64url(utf8(invitationText(root, circle)))}`;

/** From a text, a link or its fragment. Undefined: it is none of them. Nothing of it is believed yet. */
export async function invitationIn(pasted: string): Promise<Invitation | undefined> {
    const text = pasted.trim();
    if (text.length > kMaxText) return undefined;
    const at = text.indexOf(kFragment);
    const bytes = at < 0 ? utf8(text) : bytesOfBase64url(text.slice(at + kFragment.length));
    const said = bytes === undefined ? undefined : textOfBytes(bytes);
    const members = said === undefined ? undefined : parseJson(said, 3);
    if (!isObject(members) || !isObject(members['root']) || typeof members['circle'] !== 'string') return undefined;
    const root = publicPart(members['root'] as unknown as JWK);
    try {
        return { root, delegation: await calculateJwkThumbprint(root), circle: members['circle'] };
    } catch {
        return undefined;
    }
}

/** Taken out of the address bar: it is long, and nobody needs it twice. */
export function takeInvitationLink(): string {
    const { hash } = location;
    if (!hash.startsWith(kFragment)) return '';
    history.replaceState(null, '', location.pathname + location.search);
    return hash;
}

const same = (a: JWK, b: JWK): boolean => a.x === b.x && a.y === b.y;

/** The site whose keys are this page's. */
export const siteOf = (list: CircleList, signing: JWK, sealing: JWK): CircleSite | undefined =>
    list.sites.find((each) => same(each.signing, signing) && same(each.sealing, sealing));
