// Every text a person reads comes from session/languages. `t` reads a signal, so that a component which calls it is drawn
// again when the language changes.

import { signal } from '@preact/signals';
import about from 'languages:about';
import call from 'languages:call';
import { fetchTexts, isHere } from './fetched';

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

/** `fa-af` is what browsers call `prs`. */
const canonical = (code: Language): string => (Intl.getCanonicalLocales(code)[0] ?? code).toLowerCase();

/** The first language of the person's list that is `among` these. Pure. */
export function preferred(wishes: readonly string[], among: readonly Language[] = offered): Language {
    const found = wishes.map((wish) => wish.toLowerCase()).map((wish) =>
        among.find((code) => code === wish || canonical(code) === wish) ?? among.find((code) => code === wish.split('-')[0]));
    return found.find((code) => code !== undefined) ?? 'en';
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

let wanted: Language = 'en';

/** At once when the texts are in the page. false: they could not be fetched, and the page stays in its language. */
export async function setLanguage(chosen: string): Promise<boolean> {
    if (!offered.includes(chosen)) return false;
    wanted = chosen;
    if (!isHere(chosen) && !await fetchTexts(chosen).then(() => true, () => false)) return false;
    // Meanwhile another one may have been chosen.
    if (wanted !== chosen) return true;
    language.value = chosen;
    localStorage.setItem(kStorageKey, chosen);
    applyToPage();
    return true;
}

/** Call once, and draw when it is done. `among`: the languages that this page has. */
export async function startLanguage(among: readonly Language[] = Object.keys(call)): Promise<void> {
    offered = among;
    const wish = preferred([localStorage.getItem(kStorageKey) ?? '', ...navigator.languages]);
    // A page in English is better than none.
    const here = isHere(wish) || await fetchTexts(wish).then(() => true, () => false);
    language.value = here ? wish : 'en';
    applyToPage();
}

/** How numbers, times and names are written (Intl): the person's own form of the page's language, or else English. */
export function locales(): string[] {
    const own = globalThis.navigator?.languages ?? [];
    return [own.find((each) => each.split('-')[0] === language.value) ?? language.value, 'en'];
}

/** A text that nobody certified has reviewed yet: pages mark it as a draft. */
export const isDraft = (code: Language): boolean => about[code]?.review === 'draft';

function applyToPage(): void {
    document.documentElement.lang = language.value;
    document.documentElement.dir = about[language.value]?.direction ?? 'ltr';
}
