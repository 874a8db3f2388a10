// JSON as the appliance reads it. JSON.parse takes 1.0 for 1, and 2^53 + 1 for 2^53; then two sites with the same ops
// would see different dossiers. So it is read here: whole numbers are exact, and any other number is marked as one that
// nobody may use. Pure.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A fraction, an exponent or a number beyond 2^53. */
export const kInexact = Number.NaN;

const kSpace = /[ \t\n\r]*/y;
const kNumber = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const kString = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const kHalfPair = /\p{Cs}/u;
const kMost = 2n ** 53n;

class NoJson extends Error {}

class Reader {
    private at_ = 0;

    constructor(private readonly text_: string) {}

    whole(depth: number): Json {
        const value = this.value(depth);
        this.skip(kSpace);
        if (this.at_ !== this.text_.length) throw new NoJson();
        return value;
    }

    private value(depth: number): Json {
        this.skip(kSpace);
        switch (this.text_[this.at_]) {
            case '{': return this.object(depth);
            case '[': return this.array(depth);
            case '"': return this.string();
            case 't': return this.word('true', true);
            case 'f': return this.word('false', false);
            case 'n': return this.word('null', null);
            default: return this.number();
        }
    }

    private object(depth: number): Json {
        const members: Record<string, Json> = {};
        this.list(depth, '}', () => {
            this.skip(kSpace);
            const name = this.string();
            this.skip(kSpace);
            this.take(':');
            // Defined, not assigned: `__proto__` is a name as any other. The last of a name counts.
            const value = this.value(depth - 1);
            Object.defineProperty(members, name, { value, enumerable: true, writable: true, configurable: true });
        });
        return members;
    }

    private array(depth: number): Json {
        const items: Json[] = [];
        this.list(depth, ']', () => items.push(this.value(depth - 1)));
        return items;
    }

    private list(depth: number, end: string, item: () => void): void {
        if (depth === 0) throw new NoJson();
        ++this.at_;
        this.skip(kSpace);
        if (this.text_[this.at_] === end) {
            ++this.at_;
            return;
        }
        for (;;) {
            item();
            this.skip(kSpace);
            if (this.text_[this.at_] === end) break;
            this.take(',');
        }
        ++this.at_;
    }

    private string(): string {
        const text = JSON.parse(this.skip(kString)) as string;
        // Half of a surrogate pair has no UTF-8.
        if (kHalfPair.test(text)) throw new NoJson();
        return text;
    }

    private number(): number {
        const text = this.skip(kNumber);
        if (/[.eE]/.test(text)) return kInexact;
        const exact = BigInt(text);
        return exact > kMost || exact < -kMost ? kInexact : Number(exact);
    }

    private word(text: string, value: Json): Json {
        for (const letter of text) this.take(letter);
        return value;
    }

    private take(letter: string): void {
        if (this.text_[this.at_] !== letter) throw new NoJson();
        ++this.at_;
    }

    private skip(pattern: RegExp): string {
        pattern.lastIndex = this.at_;
        const found = pattern.exec(this.text_)?.[0];
        if (found === undefined) throw new NoJson();
        this.at_ += found.length;
        return found;
    }
}

/** Undefined: no JSON, or nested deeper than `depth`. */
export function parseJson(text: string, depth: number): Json | undefined {
    try {
        return new Reader(text).whole(depth);
    } catch (error) {
        if (error instanceof NoJson) return undefined;
        throw error;
    }
}

export const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined: it is no UTF-8. A byte-order mark is none either. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
    try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
        return undefined;
    }
}

export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** By code points, as bytes of UTF-8 sort; JavaScript sorts by UTF-16. */
export function compareTexts(a: string, b: string): number {
    const left = Array.from(a);
    const right = Array.from(b);
    for (let at = 0; at < left.length && at < right.length; ++at) {
        const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
        if (difference !== 0) return difference;
    }
    return left.length - right.length;
}

/** Members sorted by name, no white space: equal values have equal texts. */
export function canonical(value: Json): string {
    if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
    if (!isObject(value)) return JSON.stringify(value);
    const names = Object.keys(value).sort(compareTexts);
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`;
}
