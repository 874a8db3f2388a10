// The time, for what is drawn anew every second.

import { useEffect, useState } from 'preact/hooks';

/** ms since 1970. Stands still while it is not `needed`. */
export function useNow(needed: boolean): number {
    const [now, setNow] = useState(Date.now());
    useEffect(() => {
        if (!needed) return undefined;
        setNow(Date.now());
        const timer = setInterval(() => setNow(Date.now()), 1_000);
        return () => clearInterval(timer);
    }, [needed]);
    return Math.max(now, needed ? Date.now() : 0);
}
