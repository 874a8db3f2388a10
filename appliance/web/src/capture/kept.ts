// What must outlive the death of the browser a moment later. localStorage does not: browsers write it to the disk when
// they find time, which can be minutes. IndexedDB does. Read once, when the page opens; from then on like a Storage.

export type Keep = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const kDatabase = 'sightline';
const kStore = 'kept';
/** A database that does not open must not keep a person out of the interview. */
const kOpenMs = 2_000;

class Kept implements Keep {
    constructor(private readonly database_: IDBDatabase, private readonly items_: Map<string, string>) {}

    getItem(key: string): string | null {
        return this.items_.get(key) ?? null;
    }

    setItem(key: string, value: string): void {
        this.items_.set(key, value);
        this.write((store) => store.put(value, key));
    }

    removeItem(key: string): void {
        this.items_.delete(key);
        this.write((store) => store.delete(key));
    }

    private write(change: (store: IDBObjectStore) => void): void {
        try {
            const transaction = this.database_.transaction(kStore, 'readwrite', { durability: 'strict' });
            change(transaction.objectStore(kStore));
            transaction.commit();
        } catch {
            // The person has had the browser's data deleted: this page still knows.
        }
    }
}

const answerOf = <T>(request: IDBRequest<T>): Promise<T> => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
});

async function read(): Promise<Keep> {
    const request = indexedDB.open(kDatabase, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(kStore);
    const database = await answerOf(request);
    const store = database.transaction(kStore).objectStore(kStore);
    const [keys, values] = await Promise.all([answerOf(store.getAllKeys()), answerOf<unknown[]>(store.getAll())]);
    return new Kept(database, new Map(keys.map((key, index) => [String(key), String(values[index])])));
}

/** `otherwise`: where the browser has no database for us, as in some private windows. */
export async function openKept(otherwise: Keep): Promise<Keep> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Keep>((done) => {
        timer = setTimeout(() => done(otherwise), kOpenMs);
    });
    try {
        return await Promise.race([read(), late]);
    } catch {
        return otherwise;
    } finally {
        clearTimeout(timer);
    }
}
