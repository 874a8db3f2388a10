// Two tabs with one key and one disk would each write an op of the same number, which is a fork: the hub would stop them
// both. So one tab at a time has the dossiers; the others wait for it.

const kLock = 'sightline-office';

/** Resolves when this tab has the dossiers, for as long as it lives. `waiting` is called if another one has them. */
export function takeOver(waiting: () => void): Promise<void> {
    return new Promise((done) => {
        const held = (): Promise<never> => {
            done();
            return new Promise(() => undefined);
        };
        void navigator.locks.request(kLock, { ifAvailable: true }, (lock) => {
            if (lock !== null) return held();
            waiting();
            void navigator.locks.request(kLock, held);
            return undefined;
        });
    });
}
