// What the hub signs for each op that it has stored: the site may then forget that it must send it. It stands for all ops
// before it in the chain.

import { isObject, parseJson } from './json_text';
import { chainIn, isHash, numberIn, type ChainId, type OpHash } from './names';
import type { Verifier } from './op';
import { Refusal } from './refusal';

export const kReceiptPurpose = 'sightline-receipt';
const kMaxBytes = 1024;

export interface Receipt {
    readonly chain: ChainId;
    readonly seq: number;
    readonly op: OpHash;
    readonly position: number; // at the hub, from 1
}

export const textOfReceipt = ({ chain, seq, op, position }: Receipt): string =>
    JSON.stringify({ site: chain.site, incarnation: chain.incarnation, seq, op, position });

/** Refuses: malformed, and what the verifier refuses. */
export async function verifyReceipt(jws: string, verifier: Verifier): Promise<Receipt> {
    const malformed = new Refusal('malformed', 'read a receipt: it is none of a hub’s');
    if (jws.length > kMaxBytes) throw malformed;
    const payload = await verifier.verifyHub(jws, kReceiptPurpose);
    const members = parseJson(payload, 2);
    if (!isObject(members)) throw malformed;
    const chain = chainIn(members);
    const { op } = members;
    if (chain === undefined || !isHash(op)) throw malformed;
    const receipt = { chain, seq: numberIn(members, 'seq') ?? 0, op, position: numberIn(members, 'position') ?? 0 };
    if (receipt.seq === 0 || receipt.position === 0 || textOfReceipt(receipt) !== payload) throw malformed;
    return receipt;
}
