// Notes that outlive a reload, a lost network and the tab's crash: on this computer's disk they are sealed under a key
// that no page can read out of the browser, one for each person and interview, which is thrown away with the end.

import { toBase64url, utf8 } from './base64url';
import { kNoDraft, type Draft, type Note, type NoteKeep } from './notes';

const kDatabase = 'sightline-notes';
const kStore = 'sealed';
const kOpenMs = 2_000;
/** Of an interview that this browser never saw the end of. */
const kOldestMs = 7 * 24 * 60 * 60 * 1000;

interface Entry {
    readonly key: CryptoKey;
    readonly since: number; // ms since 1970
    readonly draft?: Sealed;
    readonly list?: Sealed;
}
interface Sealed {
    readonly iv: Uint8Array<ArrayBuffer>;
    readonly data: ArrayBuffer;
}
type Part = 'draft' | 'list';

const answerOf = <T>(request: IDBRequest<T>): Promise<T> => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
});

const endOf = (transaction: IDBTransaction): Promise<void> => new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onerror = transaction.onabort = () => failed(transaction.error);
});

async function seal(value: unknown, key: CryptoKey): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, utf8(JSON.stringify(value))) };
}

async function unseal<T>(sealed: Sealed | undefined, key: CryptoKey, otherwise: T): Promise<T> {
    if (sealed === undefined) return otherwise;
    try {
        const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.data);
        return JSON.parse(new TextDecoder().decode(bytes)) as T;
    } catch {
        return otherwise;
    }
}

class Drafts implements NoteKeep {
    private readonly next_ = new Map<Part, unknown>();
    private writing_ = false;

    constructor(private readonly database_: IDBDatabase, private readonly name_: string, private readonly key_: CryptoKey) {}

    draft(draft: Draft): void { this.keep('draft', draft); }
    list(list: readonly Note[]): void { this.keep('list', list); }

    /** One after the other, and of several while one is written the newest only. */
    private keep(part: Part, value: unknown): void {
        this.next_.set(part, value);
        if (!this.writing_) void this.write();
    }

    private async write(): Promise<void> {
        this.writing_ = true;
        for (let [first] = this.next_; first !== undefined; [first] = this.next_) {
            const [part, value] = first;
            this.next_.delete(part);
            const sealed = await seal(value, this.key_);
            await this.put(part, sealed).catch(() => undefined); // This page still knows.
        }
        this.writing_ = false;
    }

    private put(part: Part, sealed: Sealed): Promise<void> {
        const transaction = this.database_.transaction(kStore, 'readwrite', { durability: 'strict' });
        const store = transaction.objectStore(kStore);
        const found: IDBRequest<Entry | undefined> = store.get(this.name_);
        found.onsuccess = () => {
            // Gone: the interview has ended meanwhile.
            if (found.result !== undefined) store.put({ ...found.result, [part]: sealed }, this.name_);
        };
        return endOf(transaction);
    }
}

async function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(kDatabase, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(kStore);
    const late = new Promise<never>((_, failed) => setTimeout(() => failed(new Error('the database does not open')), kOpenMs));
    return Promise.race([answerOf(request), late]);
}

/** In one transaction: two pages that open at once agree on the key. */
async function entryOf(database: IDBDatabase, name: string, now: number): Promise<Entry> {
    const made: Entry = {
        key: await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']), since: now,
    };
    const transaction = database.transaction(kStore, 'readwrite', { durability: 'strict' });
    const store = transaction.objectStore(kStore);
    const walk = store.openCursor();
    walk.onsuccess = () => {
        const cursor = walk.result;
        if (cursor === null) return;
        if (now - (cursor.value as Entry).since > kOldestMs) cursor.delete();
        cursor.continue();
    };
    const found: IDBRequest<Entry | undefined> = store.get(name);
    found.onsuccess = () => found.result === undefined && store.put(made, name);
    await endOf(transaction);
    return found.result ?? made;
}

export interface KeptNotes {
    readonly keep: NoteKeep;
    readonly draft: Draft;
    readonly list: readonly Note[];
}

const nameOf = async (session: string, participant: string): Promise<string> =>
    toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(`${session}\n${participant}`))));

/** Undefined: this browser keeps nothing for us, as in some private windows; then nothing is written at all. */
export async function openDrafts(session: string, participant: string): Promise<KeptNotes | undefined> {
    try {
        const database = await open();
        const name = await nameOf(session, participant);
        const { key, draft, list } = await entryOf(database, name, Date.now());
        return {
            keep: new Drafts(database, name, key),
            draft: { ...kNoDraft, ...await unseal<Draft>(draft, key, kNoDraft) },
            list: await unseal<readonly Note[]>(list, key, []),
        };
    } catch {
        return undefined;
    }
}

/** With the key goes what it had sealed, wherever the disk still has that. */
export async function forgetDrafts(session: string, participant: string): Promise<void> {
    try {
        const [database, name] = await Promise.all([open(), nameOf(session, participant)]);
        const transaction = database.transaction(kStore, 'readwrite', { durability: 'strict' });
        transaction.objectStore(kStore).delete(name);
        transaction.commit();
    } catch {
        // There is no database, and so nothing to forget.
    }
}
