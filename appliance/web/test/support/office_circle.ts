// A delegation of its own for the office page's tests: root, recovery key, hub and sites with fresh keys, lists of its
// circle, and the replicas of those sites.

import { calculateJwkThumbprint, type JWK } from 'jose';
import { publicPart, type Identity } from '../../src/keys/identity';
import { Circle, kCirclePurpose, KnownKeys, recipientsOf } from '../../src/sync/circle';
import { signJws } from '../../src/sync/jws';
import { Replica } from '../../src/sync/replica';
import { openShared, sealToAll } from '../../src/sync/seal';

export async function makeKey(use: 'sign' | 'open'): Promise<Identity> {
    const pair = use === 'sign'
        ? await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
        : await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const jwk = publicPart(await crypto.subtle.exportKey('jwk', pair.publicKey) as JWK);
    return { key: pair.privateKey, jwk, thumbprint: await calculateJwkThumbprint(jwk), kept: true };
}

export interface Site {
    readonly site: string;
    readonly name: string;
    readonly signing: JWK;
    readonly sealing: JWK;
    removed?: true;
}
export interface OwnSite extends Site {
    readonly keys: { readonly signing: Identity; readonly sealing: Identity };
}

export class Delegation {
    readonly sites: Site[] = [];
    private number_ = 0;

    private constructor(readonly root: Identity, readonly hub: Identity, readonly recovery: Identity) {}

    static async create(): Promise<Delegation> {
        return new Delegation(await makeKey('sign'), await makeKey('sign'), await makeKey('open'));
    }

    async own(site: string, name: string): Promise<OwnSite> {
        const keys = { signing: await makeKey('sign'), sealing: await makeKey('open') };
        const own = { site, name, signing: keys.signing.jwk, sealing: keys.sealing.jwk, keys };
        this.sites.push(own);
        return own;
    }

    async issue(): Promise<string> {
        const sites = this.sites.map(({ site, name, signing, sealing, removed }) =>
            ({ site, name, signing, sealing, ...(removed === true ? { removed } : {}) }));
        return signJws(JSON.stringify({
            delegation: this.root.thumbprint, number: ++this.number_, recovery: this.recovery.jwk, sites,
        }), kCirclePurpose, this.root.key);
    }

    async replica(of: OwnSite, circleJws: string): Promise<Replica> {
        const circle = new Circle(this.root.jwk);
        await circle.take(circleJws);
        const { jwk, thumbprint, key: secret } = of.keys.sealing;
        const sealer = {
            seal: (text: string) => sealToAll(circle.list === undefined ? [] : recipientsOf(circle.list), text),
            open: (sealed: string) => openShared(sealed, { secret, jwk, thumbprint }),
        };
        return new Replica({ site: of.site, incarnation: 1 }, of.keys.signing.key, sealer,
            new KnownKeys(circle, () => this.hub.jwk));
    }
}
