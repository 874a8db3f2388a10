// What a person writes here, as changes of one op. Pure.

import type { Json } from '../sync/json_text';
import { utf8Length } from '../sync/json_text';
import { kMaxValueBytes, type Change } from '../sync/op_content';
import type { Choice, Outcome } from './dossier_view';

/** JSON may need six characters for one byte; nobody writes that many of those. */
const kMaxText = kMaxValueBytes / 2;

export const fits = (text: string): boolean => utf8Length(text) <= kMaxText && utf8Length(JSON.stringify(text)) <= kMaxValueBytes;

const set = (path: string, value: Json): Change => ({ kind: 'set', path, value });

/** All of it in one op, so that no merge takes the outcome of one decision and the reason of another. */
export const decisionChanges = (outcome: Outcome, reason: string, by: string): readonly Change[] =>
    [set('decision/outcome', outcome), set('decision/reason', reason), set('decision/by', by)];

export function noteChanges(text: string, random = crypto.getRandomValues(new Uint8Array(8))): readonly Change[] {
    const id = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [set(`notes/${id}/text`, text)];
}

/** The entry that a field belongs to: `persons/<id>` of `persons/<id>/phone`. */
const entryOf = (path: string): string | undefined => /^([a-z]+\/[0-9a-f]{16})\/./.exec(path)?.[1];

/**
 * Settles a conflict by what one side has written, or by leaving out what one side has removed. `stands`: whether a path is
 * there. A field that stays brings back the entry that the other side has removed, or it would belong to nobody.
 */
export function settlingChanges(path: string, { value }: Choice, stands: (path: string) => boolean): readonly Change[] {
    if (value === undefined) return [{ kind: 'remove', path }];
    const entry = entryOf(path);
    return entry === undefined || stands(entry) ? [set(path, value)] : [set(entry, true), set(path, value)];
}
