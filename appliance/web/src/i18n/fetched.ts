// Catalogues that a page does not bring along: it fetches those of one language, and only when somebody reads it. The build
// decides which (languages.mjs); a page that has all its texts in it knows nothing of this.

type Texts = Record<string, string>;

interface Awaited {
    readonly texts: Texts; // filled in when they come
    readonly file: string; // beside the page's own script
}

const kPatienceMs = 8_000;
const awaited = new Map<string, readonly Awaited[]>();

/** `inside`: what the page has; `files`: where the other languages are. Every language is there, those to be fetched empty. */
export function fetched<T extends Record<string, Texts>>(inside: T, files: Readonly<Record<string, string>>): T {
    const catalogues: Record<string, Texts> = { ...inside };
    for (const [code, file] of Object.entries(files)) {
        const texts = catalogues[code] = {};
        awaited.set(code, [...(awaited.get(code) ?? []), { texts, file }]);
    }
    return catalogues as T;
}

export const isHere = (code: string): boolean => !awaited.has(code);

/** Fails when they do not come; asked again, it tries again. */
export async function fetchTexts(code: string, get: typeof fetch = fetch): Promise<void> {
    const missing = awaited.get(code) ?? [];
    await Promise.all(missing.map(async ({ texts, file }) => {
        const reply = await get(new URL(file, import.meta.url), { signal: AbortSignal.timeout(kPatienceMs) });
        if (!reply.ok) throw new Error(`${file} is answered ${reply.status}`);
        Object.assign(texts, await reply.json());
    }));
    awaited.delete(code);
}
