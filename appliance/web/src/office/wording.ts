// Values of the form in plain words, in the language of the page.

import { language, locales } from '../i18n';
import { isObject, type Json } from '../sync/json_text';
import { countryName } from '../i18n/countries';
import type { Kind } from './form';
import { named, o } from './texts';

const list = (items: readonly string[]): string =>
    new Intl.ListFormat(locales(), { style: 'long', type: 'unit' }).format(items);

/** A date as far as it is known: 1984, 1984-06 or 1984-06-11. */
function dateText(text: string): string {
    const [year, month, day] = text.split('-').map(Number);
    if (year === undefined || month === undefined || !Number.isInteger(year) || !Number.isInteger(month)) return text;
    const date = new Date(Date.UTC(year, month - 1, day ?? 1));
    if (Number.isNaN(date.getTime())) return text;
    return date.toLocaleDateString(locales(), {
        timeZone: 'UTC', year: 'numeric', month: 'long', ...(day === undefined ? {} : { day: 'numeric' }),
    });
}

function languageText(tag: string): string {
    try {
        return new Intl.DisplayNames(locales(), { type: 'language' }).of(tag) ?? tag;
    } catch {
        return tag;
    }
}

/** `DS-BD`: UNHCR's code of the need and of its kind. */
function needText(code: string): string {
    const name = named(`need_${code.slice(0, 2)}`, code);
    return code.length > 2 ? `${name} (${code})` : name;
}

/** How to write one text of a kind. `person`: what to call a person of the case, by id. */
function oneText(kind: Kind, text: string, person: (id: string) => string): string {
    switch (kind) {
        case 'date': return dateText(text);
        case 'country': case 'countries': return countryName(text, language.value);
        case 'nationality': return text === 'XXA' ? o('stateless') : countryName(text, language.value);
        case 'language': case 'languages': return languageText(text);
        case 'code': case 'codes': return named(`code_${text}`, text);
        case 'needs': return needText(text);
        case 'person': return person(text);
        default: return text;
    }
}

export function valueText(kind: Kind, value: Json, person: (id: string) => string = (id) => id): string {
    if (value === true) return o('yes');
    if (value === false) return o('no');
    if (value === null || value === '') return o('nothing');
    if (typeof value === 'number') return value.toLocaleString(locales());
    if (typeof value === 'string') return oneText(kind, value, person);
    if (isObject(value)) return JSON.stringify(value);
    return list(value.map((each) => valueText(kind, each, person)));
}

export const timeText = (at: number): string =>
    new Date(at).toLocaleString(locales(), { dateStyle: 'medium', timeStyle: 'short' });
