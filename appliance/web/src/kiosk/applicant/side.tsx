// The applicant's side: one screen at a time.

import type { ApplicantInterview } from '../answers';
import type { Desk } from '../desk';
import { Always, ApplicantTop } from './always';
import { ConsentScreen } from './consent';
import { Idle } from './idle';
import { Inform } from './inform';
import { Live, Over, Paused, Ready, Resting } from './standing';
import { Understand } from './understand';

function Screen({ desk, session }: { desk: Desk; session: ApplicantInterview }) {
    switch (desk.applicantScreen.value) {
        case 'idle': return <Idle />;
        case 'inform': return <Inform desk={desk} session={session} />;
        case 'consent': return <ConsentScreen desk={desk} session={session} />;
        case 'understand': return <Understand desk={desk} />;
        case 'ready': return <Ready session={session} />;
        case 'live': return <Live session={session} />;
        case 'paused': return <Paused session={session} />;
        case 'ended': return <Over desk={desk} />;
    }
}

export function ApplicantSide({ desk }: { desk: Desk }) {
    const session = desk.view.value?.session ?? null;
    const screen = desk.applicantScreen.value;
    const rests = desk.resting.value && session !== null && session.state !== 'live' && session.state !== 'paused';
    return (
        <div class="applicant">
            <ApplicantTop desk={desk} picks={screen !== 'idle'} />
            <main>
                {session === null
                    ? (screen === 'ended' ? <Over desk={desk} /> : <Idle />)
                    : (
                        <>
                            {rests && <Resting desk={desk} />}
                            {/* Kept while they rest: nothing of what they have answered is lost. */}
                            <div hidden={rests}><Screen desk={desk} session={session} /></div>
                        </>
                    )}
            </main>
            {session !== null && screen !== 'idle' && screen !== 'ended' && <Always desk={desk} session={session} />}
        </div>
    );
}
