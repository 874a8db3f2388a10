// The texts of this page, in the language of all pages.

import { say } from '../i18n';
import { enOffice, type OfficeKey } from '../i18n/en_office';
import { frOffice } from '../i18n/fr_office';

export type { OfficeKey } from '../i18n/en_office';

const kCatalogues = { en: enOffice, fr: frOffice };

export const o = (key: OfficeKey, values: Record<string, string> = {}): string => say(kCatalogues, key, values);

export const isOfficeKey = (key: string): key is OfficeKey => Object.hasOwn(enOffice, key);

/** The text of a key that is made of a name from elsewhere; without one the name itself. */
export const named = (key: string, name: string): string => (isOfficeKey(key) ? o(key) : name);
