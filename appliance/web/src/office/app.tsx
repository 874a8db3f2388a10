// The office page: enrolment until the circle names this browser, then the desk.

import { useEffect } from 'preact/hooks';
import { Notice } from '../ui/notice';
import { Desk } from './desk';
import { Enrol } from './enrol';
import type { Invitation } from './enrolment';
import type { Line } from './line';
import type { Office } from './office';
import { o, type OfficeKey } from './texts';

export function App({ office, line, link }: { office: Office; line: Line; link: Invitation | undefined }) {
    void office.version.value;
    const inside = office.membership !== 'outside';
    useEffect(() => {
        if (inside) line.start();
    }, [inside]);
    return (
        <div class="root" data-membership={office.membership} data-line={line.state.value}>
            {inside ? <Desk office={office} line={line} /> : <Enrol office={office} link={link} />}
        </div>
    );
}

export type Hindrance = 'keyless' | 'broken' | 'elsewhere';

export const Hindered = ({ by }: { by: Hindrance }) => {
    const key = (what: 'heading' | 'text'): OfficeKey => `${by}_${what}`;
    return <div class="root" data-hindered={by}><Notice heading={o(key('heading'))} text={o(key('text'))} /></div>;
};
