// The texts of this page, in the language of whoever stands before it.

import kiosk from 'languages:kiosk';
import { language, say } from '../i18n';

export type KioskKey = keyof typeof kiosk.en;
/** Texts that are also spoken. */
export type SpokenKey = Extract<KioskKey, `say_${string}`>;

export const kKioskLanguages = Object.keys(kiosk);

/** Those that have every text, also the staff's. */
export const kCompleteLanguages = kKioskLanguages.filter((code) =>
    Object.keys(kiosk[code] ?? {}).length === Object.keys(kiosk.en).length);

export const k = (key: KioskKey, values: Record<string, string> = {}): string => say<KioskKey>(kiosk, key, values);

/** The language that a text is shown in: English, where the page's lacks it. */
export const languageOf = (key: KioskKey): string =>
    ((kiosk as Readonly<Record<string, Readonly<Record<string, string>>>>)[language.value]?.[key] === undefined ? 'en' : language.value);

export const isKioskKey = (key: string): key is KioskKey => Object.hasOwn(kiosk.en, key);

/** The text of a key that is made of a name from elsewhere; without one the name itself. */
export const named = (key: string, name: string): string => (isKioskKey(key) ? k(key) : name);
