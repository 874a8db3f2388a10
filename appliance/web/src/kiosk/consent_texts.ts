// Which text is read to somebody. In a real interview a draft may not be used: then the interpreter reads a reviewed text in
// another language, and the record says so. Pure.

import type { ConsentText, Item } from './answers';

export interface Reading {
    readonly text: ConsentText;
    /** The interpreter reads it to the applicant: it is not in the applicant's language. */
    readonly spoken: boolean;
}

/** Languages that an interpreter at a centre reads, the best first. */
export const kReadByInterpreters = ['en', 'fr'] as const;

export function readingOf(item: Item, language: string, texts: readonly ConsentText[], training: boolean): Reading | undefined {
    const usable = texts.filter((text) => text.item === item && (training || text.review !== 'draft'));
    const own = usable.find((text) => text.language === language);
    if (own !== undefined) return { text: own, spoken: false };
    const read = kReadByInterpreters.map((code) => usable.find((text) => text.language === code)).find((text) => text !== undefined);
    return read === undefined ? undefined : { text: read, spoken: true };
}

/** Whether somebody must read the texts aloud: not all of them are usable in the language. */
export const needsInterpreter = (language: string, texts: readonly ConsentText[], training: boolean): boolean =>
    (['video', 'audio', 'observers', 'metadata', 'share-dossier'] as const)
        .some((item) => readingOf(item, language, texts, training)?.spoken !== false);

/** The paragraphs of a text with the names in it. */
export const paragraphsOf = (body: string, names: Readonly<Record<string, string>>): readonly string[] =>
    body.trim().split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole));
