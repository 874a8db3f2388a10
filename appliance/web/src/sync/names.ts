// How sync names things: see storage/sync/names.h of the appliance. Ids are 16 hexadecimal digits, hashes 43 characters
// of base64url. Pure.

import type { Json } from './json_text';

export type SiteId = string;
/** A dossier's name outside, drawn when it was released. */
export type Pseudonym = string;
export type OpHash = string;

/** A site begins another incarnation, and with it another chain, when its store was set back. */
export interface ChainId {
    readonly site: SiteId;
    readonly incarnation: number;
}

/** Whole numbers go up to here, which is one more than JavaScript calls safe. */
export const kMaxNumber = 2 ** 53;
export const kZeroHash: OpHash = 'A'.repeat(43);

const kHash = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const kId = /^[0-9a-fA-F]{16}$/;
const kAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const kRank = new Map(Array.from(kAlphabet, (letter, rank) => [letter, rank] as const));

export const isHash = (value: unknown): value is OpHash => typeof value === 'string' && kHash.test(value);

/** By the bytes: the letters of base64url are not in the order of their values. */
export function compareHashes(a: OpHash, b: OpHash): number {
    for (let at = 0; at < a.length; ++at) {
        if (a[at] !== b[at]) return (kRank.get(a[at] ?? '') ?? 0) - (kRank.get(b[at] ?? '') ?? 0);
    }
    return 0;
}

type Members = Readonly<Record<string, Json>>;

/** Undefined: no such member, no id, or the one that names nothing. */
export function idIn(members: Members, name: string): string | undefined {
    const value = members[name];
    return typeof value === 'string' && kId.test(value) && !/^0+$/.test(value) ? value.toLowerCase() : undefined;
}

/** Undefined: no such member, or no whole number from 0 to 2^53. */
export function numberIn(members: Members, name: string): number | undefined {
    const value = members[name];
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= kMaxNumber ? value : undefined;
}

export function chainIn(members: Members): ChainId | undefined {
    const site = idIn(members, 'site');
    const incarnation = numberIn(members, 'incarnation');
    return site === undefined || incarnation === undefined || incarnation === 0 ? undefined : { site, incarnation };
}

/** Six digits: enough to tell sites apart in a sentence. */
export const brief = (id: string): string => id.slice(0, 6);
