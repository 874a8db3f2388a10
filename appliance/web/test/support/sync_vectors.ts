// tests/vectors/sync.json, printed by the appliance (tests/support/sync_vectors.cpp), and the same circle as sites of this
// program.

import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { publicPart } from '../../src/keys/identity';
import { Circle, KnownKeys, recipientsOf } from '../../src/sync/circle';
import type { DossierHistory } from '../../src/sync/dossier_history';
import { digestOf, inConflict, inForce, valueOf, type Saying } from '../../src/sync/dossier_state';
import { Replica } from '../../src/sync/replica';
import { openShared, sealToAll, type Sealer } from '../../src/sync/seal';

export interface VectorSite {
    readonly site: string; readonly name: string; readonly signing: JWK; readonly sealing: JWK;
}
export interface VectorFork {
    readonly site: string; readonly incarnation: number; readonly seq: number; readonly had: string; readonly offered: string;
}
interface Offered {
    readonly what: string; readonly refused: string | null;
}
export interface Vectors {
    readonly root: JWK;
    readonly hub: JWK;
    readonly recovery: JWK;
    readonly sites: readonly VectorSite[];
    readonly reader: string;
    readonly circles: readonly (Offered & { readonly jws: string })[];
    readonly ops: readonly { readonly text: string; readonly hash: string; readonly readable: boolean }[];
    readonly dossiers: readonly object[];
    readonly without: { readonly site: string; readonly dossiers: readonly object[] };
    readonly receipts: readonly (Offered & { readonly jws: string; readonly fork: VectorFork | null })[];
    readonly refused: readonly (Offered & { readonly text: string })[];
    readonly contents: readonly { readonly bytes: string; readonly refused: string | null }[];
    readonly judgements: readonly (Offered & {
        readonly text: string; readonly verdict?: string; readonly expected?: number;
        readonly fork?: VectorFork | null; readonly old_incarnation?: boolean;
    })[];
}

export const kVectorFolder = '../../tests/vectors/';
export const vectors = JSON.parse(readFileSync(`${kVectorFolder}sync.json`, 'utf8')) as Vectors;

const importSecret = (jwk: JWK, ecdsa: boolean): Promise<CryptoKey> => crypto.subtle.importKey(
    'jwk', jwk as JsonWebKey, { name: ecdsa ? 'ECDSA' : 'ECDH', namedCurve: 'P-256' }, false,
    ecdsa ? ['sign'] : ['deriveBits']);

export const signingKey = (jwk: JWK): Promise<CryptoKey> => importSecret(jwk, true);

export async function knownCircle(): Promise<Circle> {
    const circle = new Circle(publicPart(vectors.root));
    await circle.take(vectors.circles[0]?.jws ?? '');
    return circle;
}

export const verifierOf = (circle: Circle): KnownKeys => new KnownKeys(circle, () => publicPart(vectors.hub));

/** One of the circle's sites, with nothing in it. */
export async function replicaOf(at: number): Promise<Replica> {
    const site = vectors.sites[at];
    if (site === undefined) throw new Error('no such site');
    const circle = await knownCircle();
    const jwk = publicPart(site.sealing);
    const key = { secret: await importSecret(site.sealing, false), jwk, thumbprint: await calculateJwkThumbprint(jwk) };
    const sealer: Sealer = {
        seal: (text) => sealToAll(circle.list === undefined ? [] : recipientsOf(circle.list), text),
        open: (sealed) => openShared(sealed, key),
    };
    return new Replica({ site: site.site, incarnation: 1 }, await signingKey(site.signing), sealer, verifierOf(circle));
}

/** As the appliance prints what a replica has. */
export async function told(dossiers: ReadonlyMap<string, DossierHistory>): Promise<readonly object[]> {
    const said = ({ op, chain, author, at }: Saying) => ({ op, site: chain.site, author, at });
    const names = [...dossiers.keys()].sort();
    return Promise.all(names.map(async (dossier) => {
        const history = dossiers.get(dossier);
        if (history === undefined) throw new Error('no such dossier');
        const state = history.state();
        const fields = [...state.fields].map(([path, field]) => ({
            path, conflict: inConflict(field),
            entries: field.map(({ by, value }) => ({ ...said(by), ...(value === undefined ? {} : { value }) })),
            ...(valueOf(field) === undefined ? {} : { value: valueOf(field) }),
        }));
        const consents = [...state.consents].map(([path, consent]) => ({
            path, in_force: inForce(consent),
            entries: consent.map(({ by, answer, record }) => ({ ...said(by), answer, record })),
        }));
        return {
            dossier, digest: await digestOf(state), heads: history.heads(), waiting: history.waiting(),
            state: { fields, consents, unreadable: state.unreadable },
        };
    }));
}
