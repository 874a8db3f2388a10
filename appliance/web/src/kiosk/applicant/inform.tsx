// Before anybody is asked: who will see and hear them, that nothing is recorded, that it is free.

import type { ApplicantInterview } from '../answers';
import type { Desk } from '../desk';
import { Onward } from '../pictograms';
import { k } from '../texts';
import { Heading } from './heading';
import { PeopleList } from './people_list';
import { Spoken } from './spoken';

export function Inform({ desk, session }: { desk: Desk; session: ApplicantInterview }) {
    const goesOn = session.state === 'consenting' && desk.handedOver.value;
    return (
        <div class="screen inform">
            <Heading of="inform">{k('inform_heading')}</Heading>
            <Spoken name="say_inform" />
            <PeopleList session={session} />
            <Spoken name="say_free" />
            {goesOn ? (
                <button type="button" class="onward" data-action="go-on" onClick={() => { desk.informed.value = true; }}>
                    <span>{k('go_on')}</span><Onward />
                </button>
            ) : <p class="said">{k('say_soon')}</p>}
        </div>
    );
}
