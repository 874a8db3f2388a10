// Where the hub is. By default the origin that served the page. A page served from elsewhere names its hub in
// <meta name="sightline-hub">; a link may choose with ?hub= among those of <meta name="sightline-hub-allowed">
// only, so that no link can carry a token to a stranger. Pure.

export interface PageFacts {
    readonly origin: string;
    readonly query: string;
    readonly hub: string;     // content of the first meta, or empty
    readonly allowed: string; // content of the second meta: origins, separated by blanks
}

export function originOf(text: string): string | undefined {
    try {
        const url = new URL(text);
        return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : undefined;
    } catch {
        return undefined;
    }
}

/** The origin of the hub, without a slash at the end. */
export function hubOrigin(facts: PageFacts): string {
    const asked = originOf(new URLSearchParams(facts.query).get('hub') ?? '');
    const allowed = facts.allowed.split(/\s+/).map(originOf);
    if (asked !== undefined && allowed.includes(asked)) return asked;
    return originOf(facts.hub) ?? facts.origin;
}

export const controlUrl = (origin: string): string => `${origin.replace(/^http/, 'ws')}/v1/control`;

export function pageFacts(): PageFacts {
    const content = (name: string): string =>
        document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
    return {
        origin: location.origin,
        query: location.search,
        hub: content('sightline-hub'),
        allowed: content('sightline-hub-allowed'),
    };
}
