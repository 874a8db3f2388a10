// The texts of this page, in the language of all pages.

import office from 'languages:office';
import { say } from '../i18n';

export type OfficeKey = keyof typeof office.en;

export const kOfficeLanguages = Object.keys(office);

export const o = (key: OfficeKey, values: Record<string, string> = {}): string => say<OfficeKey>(office, key, values);

export const isOfficeKey = (key: string): key is OfficeKey => Object.hasOwn(office.en, key);

/** The text of a key that is made of a name from elsewhere; without one the name itself. */
export const named = (key: string, name: string): string => (isOfficeKey(key) ? o(key) : name);
