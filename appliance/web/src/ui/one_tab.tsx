// What of a page one tab alone may do for one person; the others say so.

import type { ComponentChild } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { OnlyTab } from '../signalling/only_tab';
import { OtherTab } from './other_tab';

interface Props {
    readonly participant: string;
    /** Called once, when this tab has it. */
    readonly open: () => ComponentChild;
    /** Another tab has taken it over: let go of everything. */
    readonly close: () => void;
}

export function OneTab({ participant, open, close }: Props) {
    const tab = useMemo(() => new OnlyTab(close), []);
    const [content, setContent] = useState<ComponentChild>();
    useEffect(() => {
        void tab.ask(participant).then((holding) => holding === 'ours' && setContent(open()));
    }, []);
    const here = async (): Promise<void> => {
        const begins = tab.holding.peek() === 'other';
        await tab.takeOver();
        // What this tab knew of the interview is of before: it begins again.
        if (begins) setContent(open());
        else location.reload();
    };
    const holding = tab.holding.value;
    if (holding === 'ours') return <>{content}</>;
    if (holding === 'looking') return null;
    return <div class="root" data-door="other-tab"><OtherTab tab={tab} here={() => void here()} /></div>;
}
