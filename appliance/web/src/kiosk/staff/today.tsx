// The interview at hand, those that wait, and those of the day that are over.

import { useEffect, useState } from 'preact/hooks';
import { locales } from '../../i18n';
import { Heading } from '../applicant/heading';
import type { SessionLine, StaffInterview } from '../answers';
import type { Desk } from '../desk';
import type { Refusal } from '../kiosk_api';
import { kBegun } from '../screens';
import { k, named } from '../texts';
import { Trouble } from '../trouble';

const isOfDay = (at: Date, day: Date): boolean => at.toDateString() === day.toDateString();

/** Without the one at hand: what waits, the soonest first and what has no time last; and what was over on `day`. Pure. */
export function listed(lines: readonly SessionLine[], atHand: string | undefined, day: Date): { readonly waiting: readonly SessionLine[]; readonly over: readonly SessionLine[] } {
    const others = lines.filter(({ id }) => id !== atHand);
    const soonest = (line: SessionLine): number => line.planned ?? Infinity;
    return {
        waiting: others.filter(({ state }) => state === 'scheduled').sort((a, b) => (soonest(a) === soonest(b) ? 0 : soonest(a) - soonest(b))),
        // Of the present day by the kiosk's clock; times of records are in UTC.
        over: others.filter(({ state, opened }) => state !== 'scheduled' && isOfDay(new Date(opened), day)),
    };
}

const kClock = { hour: '2-digit', minute: '2-digit' } as const;

function plannedFor(planned: number | null | undefined): string {
    if (planned === null || planned === undefined) return '';
    const at = new Date(planned);
    return at.toLocaleString(locales(), isOfDay(at, new Date()) ? kClock : { day: 'numeric', month: 'short', ...kClock });
}

// A bare fact has the day only.
const timeOf = (text: string): string => (text.length > 10 ? new Date(text).toLocaleTimeString(locales(), kClock) : '');

function useLines(desk: Desk): { readonly lines: readonly SessionLine[]; readonly trouble: Refusal | undefined } {
    const [lines, setLines] = useState<readonly SessionLine[]>([]);
    const [trouble, setTrouble] = useState<Refusal>();
    const { id, state } = desk.status.value?.session ?? {};
    useEffect(() => {
        void desk.ask<{ sessions: readonly SessionLine[] }>('sessions.list').then((reply) => {
            if (reply.ok) setLines(reply.sessions);
            setTrouble(reply.ok ? undefined : reply);
        });
    }, [id, state]);
    return { lines, trouble };
}

function AtHand({ desk, session }: { desk: Desk; session: StaffInterview }) {
    return (
        <button type="button" class="running" data-action="open-session" onClick={() => { desk.chosen.value = undefined; }}>
            <span class="name" dir="auto">{session.title}</span>
            <span class="role">
                {[plannedFor(session.planned), k(`state_${session.state}`), session.subjects.map(({ name }) => name ?? '').filter(Boolean).join(', ')]
                    .filter(Boolean).join(' · ')}
            </span>
        </button>
    );
}

function Waiting({ desk, lines, free }: { desk: Desk; lines: readonly SessionLine[]; free: boolean }) {
    const choose = async (session: string): Promise<void> => {
        const reply = await desk.act('session.choose', { session });
        if (reply?.ok !== true) return;
        await desk.lookNow();
        desk.chosen.value = undefined;
    };
    return (
        <>
            <h2>{k('waiting_others')}</h2>
            <ul class="lines">
                {lines.map((line) => (
                    <li key={line.id} data-waiting={line.id}>
                        {line.planned !== null && <span class="time">{plannedFor(line.planned)}</span>}
                        <span class="name" dir="auto">{line.title}</span>
                        <button type="button" data-action="choose" disabled={!free} aria-label={k('choose_named', { title: line.title })} onClick={() => void choose(line.id)}>
                            {k('choose')}
                        </button>
                    </li>
                ))}
            </ul>
            <p class="hint">{k(free ? 'choose_hint' : 'one_at_a_time')}</p>
        </>
    );
}

export function Today({ desk }: { desk: Desk }) {
    const { lines, trouble } = useLines(desk);
    const session = desk.status.value?.session ?? null;
    const free = session === null || !kBegun.includes(session.state);
    const { waiting, over } = listed(lines, session?.id, new Date());
    return (
        <div class="screen today">
            <Heading of="today">{k('today_heading', {
                day: new Date().toLocaleDateString(locales(), { weekday: 'long', day: 'numeric', month: 'long' }),
            })}</Heading>
            <Trouble refusal={trouble} />
            {session !== null && <AtHand desk={desk} session={session} />}
            {free && (
                <button type="button" class={session === null && waiting.length === 0 ? 'primary big' : 'big'} data-action="plan" onClick={() => { desk.chosen.value = 'plan'; }}>
                    {k('plan')}
                </button>
            )}
            {waiting.length > 0 && <Waiting desk={desk} lines={waiting} free={free} />}
            {!free && waiting.length === 0 && <p class="hint">{k('one_at_a_time')}</p>}
            <h2>{k('today_others')}</h2>
            {over.length === 0 ? <p class="hint">{k('today_none')}</p> : (
                <ul class="lines">
                    {over.map((line) => (
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
