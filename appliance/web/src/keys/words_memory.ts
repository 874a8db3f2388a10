// Whether the verification words were compared, and what has changed since. Kept for the tab, so that a reload asks
// nobody again; words are read aloud anyway.

import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { SignedPerson } from './letters';

/** `changed`: they were found to match, and are other ones now. */
export type Comparison = 'unknown' | 'open' | 'matched' | 'differed' | 'changed';

interface Compared {
    readonly words: string;
    readonly matched: boolean;
    readonly people: readonly (readonly [id: string, name: string, key: string])[];
}
/** Names of those for whom the words changed. */
export interface Changes {
    readonly came: readonly string[];
    readonly left: readonly string[];
    readonly otherDevice: readonly string[];
}

const keyOf = (session: string): string => `sightline.words.${session}`;

function parse(text: string | null): Compared | undefined {
    try {
        return text === null ? undefined : (JSON.parse(text) as Compared | null) ?? undefined;
    } catch {
        return undefined;
    }
}

export function changesBetween(before: Compared['people'], now: readonly SignedPerson[]): Changes {
    const known = new Map(before.map(([id, name, key]) => [id, { name, key }]));
    const here = new Set(now.map(({ id }) => id));
    return {
        came: now.filter(({ id }) => !known.has(id)).map(({ name }) => name),
        left: before.filter(([id]) => !here.has(id)).map(([, name]) => name),
        otherDevice: now.filter(({ id, key }) => (known.get(id)?.key ?? key) !== key).map(({ name }) => name),
    };
}

export class WordsMemory {
    readonly comparison: ReadonlySignal<Comparison>;
    readonly changes: ReadonlySignal<Changes>;
    private readonly compared_ = signal<Compared | undefined>(undefined);

    constructor(
        private readonly storage_: Pick<Storage, 'getItem' | 'setItem'>, private readonly session_: ReadonlySignal<string>,
        private readonly words_: ReadonlySignal<string>, private readonly people_: ReadonlySignal<readonly SignedPerson[]>,
    ) {
        effect(() => {
            if (session_.value !== '') this.compared_.value = parse(storage_.getItem(keyOf(session_.value)));
        });
        this.comparison = computed(() => {
            const words = words_.value;
            const compared = this.compared_.value;
            if (words === '') return 'unknown';
            if (compared === undefined) return 'open';
            if (compared.words === words) return compared.matched ? 'matched' : 'differed';
            return compared.matched ? 'changed' : 'open';
        });
        this.changes = computed(() => changesBetween(this.compared_.value?.people ?? [], people_.value));
    }

    note(matched: boolean): void {
        const people = this.people_.value.map(({ id, name, key }) => [id, name, key] as const);
        this.write({ words: this.words_.value, matched, people });
    }

    /** They want to compare again. */
    forget(): void {
        this.write(undefined);
    }

    private write(compared: Compared | undefined): void {
        this.compared_.value = compared;
        this.storage_.setItem(keyOf(this.session_.value), JSON.stringify(compared ?? null));
    }
}
