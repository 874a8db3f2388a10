// Every text a person reads comes from here. `t` reads a signal, so that a component which calls it is drawn again
// when the language changes.

import { signal } from '@preact/signals';
import { en, type Catalogue, type Key } from './en';
import { fr } from './fr';

export type { Key } from './en';

export const kLanguages = { en: 'English', fr: 'Français' } as const;
export type Language = keyof typeof kLanguages;

const kCatalogues: Record<Language, Catalogue> = { en, fr };
const kStorageKey = 'sightline.language';

const isLanguage = (text: string): text is Language => text in kLanguages;

/** The first language of the person's list that we have. Pure. */
export function preferred(wishes: readonly string[]): Language {
    return wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

export const language = signal<Language>('en');

/** From catalogues of one page alone, which the others need not load. */
export function say<K extends string>(
    catalogues: Readonly<Record<Language, Readonly<Record<K, string>>>>, key: K, values: Record<string, string> = {},
): string {
    return catalogues[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export const t = (key: Key, values: Record<string, string> = {}): string => say(kCatalogues, key, values);

export function setLanguage(chosen: string): void {
    if (!isLanguage(chosen)) return;
    language.value = chosen;
    localStorage.setItem(kStorageKey, chosen);
    applyToPage();
}

/** Call once, before the first drawing. */
export function startLanguage(): void {
    language.value = preferred([localStorage.getItem(kStorageKey) ?? '', ...navigator.languages]);
    applyToPage();
}

const kRightToLeft = new Set(['ar', 'fa', 'ps', 'prs', 'ckb', 'rhg', 'ur', 'he']);

function applyToPage(): void {
    document.documentElement.lang = language.value;
    document.documentElement.dir = kRightToLeft.has(language.value) ? 'rtl' : 'ltr';
}
