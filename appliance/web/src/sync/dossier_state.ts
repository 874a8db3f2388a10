// What a dossier says after all ops that are here, whatever order they came in: for each field the values that nobody has
// overwritten who had seen them, and for each consent the answers likewise. Pure.

import { sha256, utf8 } from '../keys/base64url';
import { canonical, type Json } from './json_text';
import type { ChainId, OpHash } from './names';
import type { Answer } from './op_content';

/** Who says so, and when by their clock. */
export interface Saying {
    readonly op: OpHash;
    readonly chain: ChainId;
    readonly author: string;
    readonly at: number;
}

export interface FieldEntry {
    readonly by: Saying;
    readonly value: Json | undefined; // undefined: it was removed
}

export interface ConsentEntry {
    readonly by: Saying;
    readonly answer: Answer;
    readonly record: Json;
}

/** In the order of the ops' hashes; never empty. */
export type FieldState = readonly FieldEntry[];
export type ConsentState = readonly ConsentEntry[];

export interface DossierState {
    /** Those that are gone are not among them. */
    readonly fields: ReadonlyMap<string, FieldState>;
    readonly consents: ReadonlyMap<string, ConsentState>;
    /** Ops that this site cannot read: people must be told that the dossier is not whole. */
    readonly unreadable: readonly OpHash[];
}

const textOf = (value: Json | undefined): string => (value === undefined ? '' : canonical(value));

export const inConflict = (field: FieldState): boolean => new Set(field.map(({ value }) => textOf(value))).size > 1;

/** Undefined: two different values stand against each other. A removal against an edit leaves the edit's value. */
export function valueOf(field: FieldState): Json | undefined {
    const values = field.flatMap(({ value }) => (value === undefined ? [] : [value]));
    return new Set(values.map(textOf)).size === 1 ? values[0] : undefined;
}

/** A withdrawal or refusal wins over every answer that was not given in sight of it. */
export const inForce = (consent: ConsentState): boolean =>
    consent.length > 0 && consent.every(({ answer }) => answer === 'given');

export const conflictsOf = ({ fields }: DossierState): readonly string[] =>
    [...fields].filter(([, field]) => inConflict(field)).map(([path]) => path);

/** The same at all sites with the same ops and the same rights to read them. */
export function digestOf({ fields, consents, unreadable }: DossierState): Promise<OpHash> {
    const saying = ({ op, author, at }: Saying): Json => [op, author, at];
    // Paths and hashes are ASCII, which sorts alike everywhere; a map keeps names such as `__proto__` harmless.
    const members = <T>(all: ReadonlyMap<string, readonly T[]>, entry: (each: T) => Json): string =>
        `{${[...all].sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([path, entries]) => `${JSON.stringify(path)}:${canonical(entries.map(entry))}`).join(',')}}`;
    const allFields = members(fields, ({ by, value }) => (value === undefined ? [saying(by)] : [saying(by), value]));
    const allConsents = members(consents, ({ by, answer, record }) => [saying(by), answer, record]);
    return sha256(utf8(`[${allFields},${allConsents},${canonical(unreadable)}]`));
}
