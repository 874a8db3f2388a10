// Screens on which the applicant has nothing to answer: waiting, live, paused, over.

import { locales } from '../../i18n';
import type { ApplicantInterview } from '../answers';
import { minutesAndSeconds, now } from '../clock';
import type { Desk } from '../desk';
import { Clock, House, Onward, Pausing } from '../pictograms';
import { k, type SpokenKey } from '../texts';
import { Heading } from './heading';
import { PeopleList } from './people_list';
import { Spoken } from './spoken';

export function Ready({ session }: { session: ApplicantInterview }) {
    return (
        <div class="screen ready">
            <Clock />
            <Heading of="ready">{k('ready_heading')}</Heading>
            <Spoken name={session.understood === false ? 'say_not_understood' : 'say_ready'} />
            <PeopleList session={session} />
        </div>
    );
}

export function Live({ session }: { session: ApplicantInterview }) {
    return (
        <div class="screen live">
            <Heading of="live">{k('live_heading')}</Heading>
            <Spoken name="say_live" />
            <PeopleList session={session} />
        </div>
    );
}

function sayingOf({ pause }: ApplicantInterview): SpokenKey {
    switch (pause) {
        case 'private-talk': return 'say_private';
        case 'link-lost': return 'say_link_lost';
        case 'distress': return 'say_distress';
        default: return 'say_break';
    }
}

export function Countdown({ until }: { until: number }) {
    const left = until - now();
    return (
        <p class="countdown" role="timer" data-over={left <= 0}>
            {left > 0 ? k('break_left', { time: minutesAndSeconds(left, locales()) }) : k('break_over')}
        </p>
    );
}

export function Paused({ session }: { session: ApplicantInterview }) {
    const until = session.pause_until ?? null;
    return (
        <div class="screen paused" data-pause={session.pause}>
            <Pausing />
            <Heading of={`paused ${session.pause}`}>{k(session.pause === 'private-talk' ? 'private_heading' : 'paused_heading')}</Heading>
            {until !== null && <Countdown until={until} />}
            <Spoken name={sayingOf(session)} />
            <PeopleList session={session} />
        </div>
    );
}

/** A moment before the interview has begun. */
export function Resting({ desk }: { desk: Desk }) {
    return (
        <div class="screen paused" data-pause="before">
            <Pausing />
            <Heading of="resting">{k('paused_heading')}</Heading>
            <Spoken name="say_rest" />
            <button type="button" class="onward" data-action="go-on" onClick={() => { desk.resting.value = false; }}>
                <span>{k('go_on')}</span><Onward />
            </button>
        </div>
    );
}

export function Over({ desk }: { desk: Desk }) {
    return (
        <div class="screen over">
            <House />
            <Heading of="ended">{k('ended_heading')}</Heading>
            <Spoken name="say_ended" />
            <button type="button" class="quiet" data-action="next" onClick={() => desk.backToIdle()}>{k('to_welcome')}</button>
        </div>
    );
}
