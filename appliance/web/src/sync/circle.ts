// A delegation's circle: which sites write about its dossiers, and whom they seal to. A numbered list that the
// delegation's root has signed. A reader pins the root and goes forward only.

import { calculateJwkThumbprint, type JWK } from 'jose';
import { publicPart } from '../keys/identity';
import { isObject, parseJson, type Json } from './json_text';
import { Verifying } from './jws';
import { idIn, numberIn, type SiteId } from './names';
import type { Verifier } from './op';
import { isLine } from './op_content';
import { Refusal } from './refusal';

export const kCirclePurpose = 'sightline-circle';
const kMaxSites = 64; // removed ones included
const kMaxBytes = 64 * 1024;

export interface CircleSite {
    readonly site: SiteId;
    readonly name: string;
    readonly signing: JWK;
    readonly sealing: JWK;
    readonly removed: boolean;
}

export interface CircleList {
    readonly delegation: string; // the root's thumbprint
    readonly number: number;
    readonly recovery: JWK;
    readonly sites: readonly CircleSite[];
}

const noList = (what: string): Refusal => new Refusal('malformed', `read a delegation’s circle: ${what}`);

const sameKey = (a: JWK, b: JWK): boolean => a.x === b.x && a.y === b.y;

async function keyIn(value: Json | undefined): Promise<JWK> {
    const nobodys = noList('a key is nobody’s');
    if (!isObject(value) || value['kty'] !== 'EC' || value['crv'] !== 'P-256' || 'd' in value) throw nobodys;
    if (value['alg'] !== undefined && value['alg'] !== 'ES256') throw nobodys;
    const key = publicPart(value as unknown as JWK);
    if (await Verifying.of(key) === undefined) throw nobodys;
    return key;
}

async function siteIn(value: Json): Promise<CircleSite> {
    if (!isObject(value)) throw noList('a site is of another form');
    const site = idIn(value, 'site');
    const { name, removed } = value;
    if (site === undefined || !isLine(name)) throw noList('a site has no id or no name');
    if (removed !== undefined && removed !== true) throw noList('a site is of another form');
    return {
        site, name, signing: await keyIn(value['signing']), sealing: await keyIn(value['sealing']),
        removed: removed === true,
    };
}

/** Refuses: malformed; forbidden: another root signed it, or nobody. */
export async function verifyCircle(jws: string, root: JWK): Promise<CircleList> {
    if (jws.length > kMaxBytes) throw noList('it is larger than 64 KiB');
    const verifying = await Verifying.of(root);
    if (verifying === undefined) throw new Refusal('forbidden', 'read a delegation’s circle: its root is no key');
    const members = parseJson(await verifying.verify(jws, kCirclePurpose), 5);
    if (!isObject(members) || Object.keys(members).length !== 4) throw noList('it is of another form');
    if (members['delegation'] !== await calculateJwkThumbprint(root)) throw noList('it is another delegation’s');
    const number = numberIn(members, 'number') ?? 0;
    if (number === 0) throw noList('it has no number');
    const all = members['sites'];
    if (!Array.isArray(all) || all.length > kMaxSites) throw noList('it has no sites, or more than 64');
    const recovery = await keyIn(members['recovery']);
    const sites = await Promise.all((all as readonly Json[]).map(siteIn));
    const keys = [recovery, ...sites.flatMap(({ signing, sealing }) => [signing, sealing])];
    if (new Set(keys.map(({ x, y }) => `${x}.${y}`)).size !== keys.length) throw noList('a key is there twice');
    if (new Set(sites.map(({ site }) => site)).size !== sites.length) throw noList('a site has another one’s id');
    return { delegation: String(members['delegation']), number, recovery, sites };
}

/** The recovery key first, always; then those of all sites that are not removed. */
export const recipientsOf = ({ recovery, sites }: CircleList): readonly JWK[] =>
    [recovery, ...sites.filter(({ removed }) => !removed).map(({ sealing }) => sealing)];

const sameList = (a: CircleList, b: CircleList): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What a site has signed must stay good, and who was taken out stays out, under that id. */
const follows = (next: CircleList, had: CircleList): boolean => had.sites.every((before) => {
    const now = next.sites.find(({ site }) => site === before.site);
    return now !== undefined && sameKey(now.signing, before.signing) && sameKey(now.sealing, before.sealing)
        && (!before.removed || now.removed);
});

/** What one reader believes. */
export class Circle {
    private list_: CircleList | undefined;
    private jws_ = '';

    constructor(readonly root: JWK) {}

    get list(): CircleList | undefined { return this.list_; }
    get jws(): string { return this.jws_; }

    /** Changes nothing if it refuses. The very same once more is taken. */
    async take(jws: string): Promise<void> {
        const list = await verifyCircle(jws, this.root);
        if (this.list_ !== undefined && !sameList(list, this.list_)) {
            if (list.number <= this.list_.number) {
                throw new Refusal('forbidden', 'take a delegation’s circle: a newer list is here, and this one would bring '
                    + 'back who has been revoked since; fetch the newest');
            }
            if (!follows(list, this.list_)) {
                throw new Refusal('forbidden', 'take a delegation’s circle: it lacks a site, changes a site’s keys or puts '
                    + 'one back; give a site that returns a new id');
            }
        }
        this.list_ = list;
        this.jws_ = jws;
    }
}

/** The keys of a circle's sites, and of the hub. */
export class KnownKeys implements Verifier {
    private readonly keys_ = new Map<string, Promise<Verifying | undefined>>();

    constructor(private readonly circle_: Circle, private readonly hub_: () => JWK | undefined) {}

    async verifySite(site: SiteId, jws: string, purpose: string): Promise<string> {
        const known = this.circle_.list?.sites.find((each) => each.site === site);
        if (known === undefined)
            throw new Refusal('unauthorized', `verify an op: site ${site.slice(0, 6)} is not known; enrol it first`);
        return this.verify(known.signing, jws, purpose);
    }

    async verifyHub(jws: string, purpose: string): Promise<string> {
        const hub = this.hub_();
        if (hub === undefined) throw new Refusal('unauthorized', 'verify a receipt: the hub’s key is not known yet');
        return this.verify(hub, jws, purpose);
    }

    private async verify(jwk: JWK, jws: string, purpose: string): Promise<string> {
        const name = `${jwk.x}.${jwk.y}`;
        let key = this.keys_.get(name);
        if (key === undefined) this.keys_.set(name, key = Verifying.of(jwk));
        const verifying = await key;
        if (verifying === undefined) throw new Refusal('forbidden', 'verify a signature: its key is none');
        return verifying.verify(jws, purpose);
    }
}
