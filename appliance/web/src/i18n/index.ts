// Every text a person reads comes from session/languages. `t` reads a signal, so that a component which calls it is drawn
// again when the language changes.

import { signal } from '@preact/signals';
import about from 'languages:about';
import call from 'languages:call';

export type Key = keyof typeof call.en;
/** A code of BCP 47 that has a folder. */
export type Language = string;

/** Texts by language; the English ones are all there are, and stand in where a translation lacks one. */
export type Catalogues<K extends string> =
    { readonly en: Readonly<Record<K, string>> } & Readonly<Record<Language, Readonly<Partial<Record<K, string>>>>>;

const kStorageKey = 'sightline.language';

let offered: readonly Language[] = Object.keys(call);

/** What the language picker shows: each language in its own name. */
export const languagesOffered = (): readonly (readonly [Language, string])[] =>
    offered.map((code) => [code, about[code]?.name ?? code]);

/** The first language of the person's list that is `among` these. Pure. */
export function preferred(wishes: readonly string[], among: readonly Language[] = offered): Language {
    return wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '').find((code) => among.includes(code)) ?? 'en';
}

export const language = signal<Language>('en');

/** From catalogues of one page alone, which the others need not load. */
export function say<K extends string>(catalogues: Catalogues<K>, key: K, values: Record<string, string> = {}): string {
    const text = catalogues[language.value]?.[key] ?? catalogues.en[key];
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export const t = (key: Key, values: Record<string, string> = {}): string => say<Key>(call, key, values);

/** Whether there is such a text; for keys that are made of names from elsewhere. */
export const isKey = (key: string): key is Key => Object.hasOwn(call.en, key);

export function setLanguage(chosen: string): void {
    if (!offered.includes(chosen)) return;
    language.value = chosen;
    localStorage.setItem(kStorageKey, chosen);
    applyToPage();
}

/** Call once, before the first drawing. `among`: the languages that this page has. */
export function startLanguage(among: readonly Language[] = Object.keys(call)): void {
    offered = among;
    language.value = preferred([localStorage.getItem(kStorageKey) ?? '', ...navigator.languages]);
    applyToPage();
}

/** A text that nobody certified has reviewed yet: pages mark it as a draft. */
export const isDraft = (code: Language): boolean => about[code]?.review === 'draft';

function applyToPage(): void {
    document.documentElement.lang = language.value;
    document.documentElement.dir = about[language.value]?.direction ?? 'ltr';
}
