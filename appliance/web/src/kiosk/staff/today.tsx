// The day's interviews, the one that is planned or running first.

import { useEffect, useState } from 'preact/hooks';
import { locales } from '../../i18n';
import { Heading } from '../applicant/heading';
import type { SessionLine } from '../answers';
import type { Desk } from '../desk';
import { k, named } from '../texts';

/** Of the present day by the kiosk's clock; times of records are in UTC. Pure. */
export function isOfDay(opened: string, day: Date): boolean {
    const at = new Date(opened);
    return at.toDateString() === day.toDateString();
}

const timeOf = (text: string): string =>
    text.length > 10 ? new Date(text).toLocaleTimeString(locales(), { hour: '2-digit', minute: '2-digit' }) : '';

function useLines(desk: Desk): { readonly lines: readonly SessionLine[]; readonly trouble: string } {
    const [lines, setLines] = useState<readonly SessionLine[]>([]);
    const [trouble, setTrouble] = useState('');
    const state = desk.status.value?.session?.state;
    useEffect(() => {
        void desk.ask<{ sessions: readonly SessionLine[] }>('sessions.list').then((reply) => {
            if (reply.ok) setLines(reply.sessions);
            setTrouble(reply.ok ? '' : reply.error);
        });
    }, [state]);
    return { lines, trouble };
}

export function Today({ desk }: { desk: Desk }) {
    const { lines, trouble } = useLines(desk);
    const session = desk.status.value?.session ?? null;
    const others = lines.filter((line) => line.id !== session?.id && isOfDay(line.opened, new Date()));
    return (
        <div class="screen today">
            <Heading of="today">{k('today_heading', {
                day: new Date().toLocaleDateString(locales(), { weekday: 'long', day: 'numeric', month: 'long' }),
            })}</Heading>
            {trouble !== '' && <p class="trouble" role="alert">{trouble}</p>}
            {session === null
                ? <button type="button" class="primary big" data-action="plan" onClick={() => { desk.chosen.value = 'plan'; }}>{k('plan')}</button>
                : (
                    <button type="button" class="running" data-action="open-session" onClick={() => { desk.chosen.value = undefined; }}>
                        <span class="name">{session.title}</span>
                        <span class="role">{k(`state_${session.state}`)} · {session.subjects.map(({ name }) => name ?? '').filter(Boolean).join(', ')}</span>
                    </button>
                )}
            {session !== null && <p class="hint">{k('one_at_a_time')}</p>}
            <h2>{k('today_others')}</h2>
            {others.length === 0 ? <p class="hint">{k('today_none')}</p> : (
                <ul class="lines">
                    {others.map((line) => (
                        <li key={line.id} data-session={line.id}>
                            <span class="time">{timeOf(line.opened)}</span>
                            <span class="name" dir="auto">{line.title || k('untitled')}</span>
                            <span class="role">{line.end_reason === null ? named(`state_${line.state}`, line.state) : named(`end_${line.end_reason.replaceAll('-', '_')}`, line.end_reason)}</span>
                        </li>
                    ))}
                </ul>
            )}
        </div>
    );
}
