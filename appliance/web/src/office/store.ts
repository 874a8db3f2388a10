// What this browser keeps of the dossiers: the ops in the order in which they were taken, sealed as they came, and a few
// settings. In the clear there is nothing but what the hub sees too.

import type { JWK } from 'jose';
import type { Fork } from '../sync/op_chain';
import type { OpHash } from '../sync/names';

export interface Settings {
    readonly root?: JWK;
    readonly circle?: string; // the newest list, a JWS
    readonly incarnation?: number;
    /** The newest receipt of each incarnation, and the key of the hub that signed it. */
    readonly receipts?: Readonly<Record<string, { readonly jws: string; readonly hub: JWK }>>;
    readonly forks?: readonly Fork[];
    /** Of each fork the op that was not taken. */
    readonly proofs?: readonly string[];
    /** For each dossier the heads that were last on the screen. */
    readonly seen?: Readonly<Record<string, readonly OpHash[]>>;
    readonly lastSuccess?: number; // ms since 1970
}

export interface Store {
    readonly settings: Settings;
    ops(): Promise<readonly string[]>;
    /** Resolves when it is on the disk: at once for what exists here only, `strict`; what can be had again may wait. */
    add(op: string, durability: 'strict' | 'relaxed'): Promise<void>;
    set(settings: Partial<Settings>): Promise<void>;
}

const kDatabase = 'sightline-office';
const kOps = 'ops';
const kSettings = 'settings';
const kOpenMs = 5_000;

const answerOf = <T>(request: IDBRequest<T>): Promise<T> => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
});

const end = (transaction: IDBTransaction): Promise<void> => new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
});

class BrowserStore implements Store {
    constructor(private readonly database_: IDBDatabase, private settings_: Settings) {}

    get settings(): Settings { return this.settings_; }

    ops(): Promise<readonly string[]> {
        return answerOf<string[]>(this.database_.transaction(kOps).objectStore(kOps).getAll());
    }

    async add(op: string, durability: 'strict' | 'relaxed'): Promise<void> {
        const transaction = this.database_.transaction(kOps, 'readwrite', { durability });
        transaction.objectStore(kOps).add(op);
        await end(transaction);
    }

    async set(settings: Partial<Settings>): Promise<void> {
        const next = { ...this.settings_, ...settings };
        const transaction = this.database_.transaction(kSettings, 'readwrite', { durability: 'strict' });
        transaction.objectStore(kSettings).put(next, kSettings);
        await end(transaction);
        this.settings_ = next;
    }
}

/** Throws where the browser keeps nothing for us, as in some private windows: then there are no dossiers here. */
export async function openStore(): Promise<Store> {
    const request = indexedDB.open(kDatabase, 1);
    request.onupgradeneeded = () => {
        request.result.createObjectStore(kOps, { autoIncrement: true });
        request.result.createObjectStore(kSettings);
    };
    const late = new Promise<never>((_, failed) => {
        setTimeout(() => failed(new Error('the browser does not open its database')), kOpenMs);
    });
    const database = await Promise.race([answerOf(request), late]);
    const settings: Settings | undefined =
        await answerOf(database.transaction(kSettings).objectStore(kSettings).get(kSettings));
    return new BrowserStore(database, settings ?? {});
}
