// One SFrame key and what it does to frames (RFC 9605 sections 4.4.2 to 4.4.4, 4.5.1), over WebCrypto. The keys that
// are derived cannot be taken out of the browser again.

export interface Suite {
    readonly id: number;
    readonly cipher: 'AES-GCM' | 'AES-CTR';
    readonly hash: 'SHA-256' | 'SHA-512';
    readonly keyBytes: number;
    readonly macBytes: number; // of the key of the HMAC; 0: the cipher authenticates by itself
    readonly tagBytes: number;
}

/** Section 4.5. We send AES_256_GCM_SHA512_128; the others are here for the RFC's vectors. */
export const kSuites: readonly Suite[] = [
    { id: 1, cipher: 'AES-CTR', hash: 'SHA-256', keyBytes: 16, macBytes: 32, tagBytes: 10 },
    { id: 2, cipher: 'AES-CTR', hash: 'SHA-256', keyBytes: 16, macBytes: 32, tagBytes: 8 },
    { id: 3, cipher: 'AES-CTR', hash: 'SHA-256', keyBytes: 16, macBytes: 32, tagBytes: 4 },
    { id: 4, cipher: 'AES-GCM', hash: 'SHA-256', keyBytes: 16, macBytes: 0, tagBytes: 16 },
    { id: 5, cipher: 'AES-GCM', hash: 'SHA-512', keyBytes: 32, macBytes: 0, tagBytes: 16 },
];
export const kSuite = kSuites[4] as Suite;

type Bytes = Uint8Array<ArrayBuffer>;

export function joined(...parts: readonly Uint8Array[]): Bytes {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        out.set(part, at);
        at += part.length;
    }
    return out;
}

function numbers(...values: readonly (readonly [value: bigint, bytes: number])[]): Bytes {
    return joined(...values.map(([value, bytes]) => {
        const out = new Uint8Array(bytes);
        for (let at = 0; at < bytes; ++at) out[at] = Number((value >> BigInt(8 * (bytes - 1 - at))) & 0xffn);
        return out;
    }));
}

async function expand(secret: CryptoKey, suite: Suite, what: string, kid: bigint, bytes: number): Promise<Bytes> {
    const info = joined(new TextEncoder().encode(`SFrame 1.0 Secret ${what} `), numbers([kid, 8], [BigInt(suite.id), 2]));
    const bits = await crypto.subtle.deriveBits({ name: 'HKDF', hash: suite.hash, salt: new Uint8Array(), info }, secret,
        8 * bytes);
    return new Uint8Array(bits);
}

export class FrameCipher {
    private constructor(
        readonly kid: bigint, private readonly suite_: Suite, private readonly salt_: Bytes,
        private readonly key_: CryptoKey, private readonly mac_: CryptoKey | undefined,
    ) {}

    static async create(kid: bigint, baseKey: Bytes, suite = kSuite): Promise<FrameCipher> {
        const secret = await crypto.subtle.importKey('raw', baseKey, 'HKDF', false, ['deriveBits']);
        const keys = await expand(secret, suite, 'key', kid, suite.keyBytes + suite.macBytes);
        return FrameCipher.fromKeys(kid, suite, keys, await expand(secret, suite, 'salt', kid, 12));
    }

    /** From what a base key would give: the cipher's key with that of the HMAC behind it, which are wiped, and the salt. */
    static async fromKeys(kid: bigint, suite: Suite, keys: Bytes, salt: Bytes): Promise<FrameCipher> {
        const key = await crypto.subtle.importKey('raw', keys.slice(0, suite.keyBytes), suite.cipher, false,
            ['encrypt', 'decrypt']);
        const mac = suite.macBytes === 0 ? undefined : await crypto.subtle.importKey(
            'raw', keys.slice(suite.keyBytes), { name: 'HMAC', hash: suite.hash }, false, ['sign']);
        keys.fill(0);
        return new FrameCipher(kid, suite, salt, key, mac);
    }

    get tagBytes(): number { return this.suite_.tagBytes; }

    /** Ciphertext and tag. `aad`: the header as written, then the metadata. A counter is used once. */
    async seal(counter: bigint, aad: Bytes, plain: Bytes): Promise<Bytes> {
        const nonce = this.nonce(counter);
        if (this.mac_ === undefined) return new Uint8Array(await crypto.subtle.encrypt(this.gcm(nonce, aad), this.key_, plain));
        const sealed = await this.countered(nonce, plain);
        return joined(sealed, await this.hmac(this.mac_, nonce, aad, sealed));
    }

    /** Undefined: not authentic. */
    async open(counter: bigint, aad: Bytes, sealed: Bytes): Promise<Bytes | undefined> {
        if (sealed.length < this.tagBytes) return undefined;
        const nonce = this.nonce(counter);
        if (this.mac_ !== undefined) {
            const cut = sealed.length - this.tagBytes;
            const made = await this.hmac(this.mac_, nonce, aad, sealed.slice(0, cut));
            const different = made.reduce((all, byte, at) => all | (byte ^ (sealed[cut + at] ?? 0)), 0);
            return different === 0 ? this.countered(nonce, sealed.slice(0, cut)) : undefined;
        }
        try {
            return new Uint8Array(await crypto.subtle.decrypt(this.gcm(nonce, aad), this.key_, sealed));
        } catch {
            return undefined;
        }
    }

    private nonce(counter: bigint): Bytes {
        const nonce = numbers([counter, 12]);
        this.salt_.forEach((byte, at) => { nonce[at] = (nonce[at] ?? 0) ^ byte; });
        return nonce;
    }

    private gcm(iv: Bytes, additionalData: Bytes): AesGcmParams {
        return { name: 'AES-GCM', iv, additionalData, tagLength: 8 * this.tagBytes };
    }

    // It is its own inverse.
    private async countered(nonce: Bytes, bytes: Bytes): Promise<Bytes> {
        const counter = joined(nonce, new Uint8Array(4));
        return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 32 }, this.key_, bytes));
    }

    private async hmac(key: CryptoKey, nonce: Bytes, aad: Bytes, sealed: Bytes): Promise<Bytes> {
        const lengths = numbers([BigInt(aad.length), 8], [BigInt(sealed.length), 8], [BigInt(this.tagBytes), 8]);
        const whole = await crypto.subtle.sign('HMAC', key, joined(lengths, nonce, aad, sealed));
        return new Uint8Array(whole).slice(0, this.tagBytes);
    }
}
