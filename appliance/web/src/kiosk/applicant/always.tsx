// What is in reach on every screen of an interview, always at the same place: pause and stop, and above the language, how to
// complain, that it is free, and the staff's door.

import { useState } from 'preact/hooks';
import { isDraft, language } from '../../i18n';
import type { ApplicantInterview } from '../answers';
import type { Desk } from '../desk';
import { Dialog } from '../dialog';
import { Complaining, Free, Lock, No, Pausing, Stopping, Yes } from '../pictograms';
import { chooseLanguage, languageName } from '../side_language';
import { k, kKioskLanguages } from '../texts';
import { Spoken } from './spoken';

function LanguageChoice() {
    return (
        <label class="language">
            <span class="language-label">{k('language')}</span>
            <select value={language.value} onChange={(event) => chooseLanguage('applicant', event.currentTarget.value)}>
                {kKioskLanguages.map((code) => <option key={code} value={code} lang={code}>{languageName(code)}</option>)}
            </select>
        </label>
    );
}

export function ApplicantTop({ desk, picks }: { desk: Desk; picks: boolean }) {
    const [complaining, setComplaining] = useState(false);
    return (
        <header class="kiosk-top">
            {picks && <LanguageChoice />}
            <p class="free"><Free /><span>{k('free')}</span></p>
            <button type="button" data-action="complaint" onClick={() => setComplaining(true)}><Complaining /><span>{k('complaint')}</span></button>
            <button type="button" class="quiet" data-action="take-back" onClick={() => desk.turnTo('staff')}><Lock /><span>{k('staff')}</span></button>
            {isDraft(language.value) && <p class="draft-note" data-draft-language><bdi>{k('draft_language')}</bdi></p>}
            {complaining && (
                <Dialog name="complaint" heading={k('complaint')} close={() => setComplaining(false)}>
                    <Spoken name="say_complaint" />
                    <Spoken name="say_free" />
                    <form method="dialog" class="dialog-row"><button data-action="close-dialog">{k('back')}</button></form>
                </Dialog>
            )}
        </header>
    );
}

function StopQuestion({ stop, close }: { stop: () => void; close: () => void }) {
    return (
        <Dialog name="stop" heading={k('stop_heading')} close={close}>
            <Spoken name="say_stop" />
            <form method="dialog" class="dialog-row answers">
                <button data-action="stop-yes" onClick={stop}><Yes /><span>{k('stop_yes')}</span></button>
                <button data-action="stop-no"><No /><span>{k('stop_no')}</span></button>
            </form>
        </Dialog>
    );
}

export function Always({ desk, session }: { desk: Desk; session: ApplicantInterview }) {
    const [stopping, setStopping] = useState(false);
    const [failed, setFailed] = useState(false);
    const { state, pause } = session;
    const pausable = state === 'live' || (state === 'paused' && pause === 'private-talk');
    const still = (state === 'paused' && pause !== 'private-talk') || desk.resting.value;
    const ask = async (what: 'pause' | 'end'): Promise<void> => {
        const reply = await desk.askAsApplicant('applicant.ask', { what });
        setFailed(!reply.ok);
    };
    const pauseNow = (): void => {
        if (still) return;
        if (pausable) void ask('pause');
        else desk.resting.value = true;
    };
    return (
        <footer class="always">
            {failed && <p class="trouble" role="alert">{k('ask_failed')}</p>}
            <div class="always-row">
                <button type="button" data-action="ask-pause" aria-disabled={still} onClick={pauseNow}><Pausing /><span>{k('ask_pause')}</span></button>
                <button type="button" data-action="ask-end" aria-haspopup="dialog" onClick={() => setStopping(true)}>
                    <Stopping /><span>{k('ask_end')}</span>
                </button>
            </div>
            {stopping && <StopQuestion stop={() => void ask('end')} close={() => setStopping(false)} />}
        </footer>
    );
}
