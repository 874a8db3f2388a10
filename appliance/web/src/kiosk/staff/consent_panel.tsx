// Consent from the staff's side: hand over, see what was answered, write down a withdrawal.

import { useEffect, useState } from 'preact/hooks';
import type { ConsentText, StaffInterview } from '../answers';
import { answerTo, signersOf, type Question, type Signer } from '../consent_plan';
import { needsInterpreter } from '../consent_texts';
import type { Desk } from '../desk';
import { itemName } from '../applicant/question';
import { interpreterOf } from '../interpreter';
import { applicantLanguage, languageName, presetApplicantLanguage } from '../side_language';
import { k, kKioskLanguages } from '../texts';
import { Choice, TextField } from './fields';
import { Panel } from './panel';

function useNeedsInterpreter(desk: Desk, session: StaffInterview, code: string): boolean {
    const [needs, setNeeds] = useState(false);
    useEffect(() => {
        let stale = false;
        void desk.ask<{ texts: readonly ConsentText[] }>('consent.texts', { language: code }).then((reply) => {
            if (!stale && reply.ok) setNeeds(needsInterpreter(code, reply.texts, session.training));
        });
        return () => { stale = true; };
    }, [code, session.training]);
    return needs;
}

function answerKey(answer: 'given' | 'refused' | 'withdrawn' | undefined) {
    return answer === undefined ? 'answer_open' : `answer_${answer}` as const;
}

function Answers({ desk, session, signer }: { desk: Desk; session: StaffInterview; signer: Signer }) {
    const nameOf = (id: string): string => session.subjects.find(({ person }) => person === id)?.name ?? '';
    const whom = signer.onBehalf === null ? nameOf(signer.person) : k('whom_guardian', { child: nameOf(signer.onBehalf) });
    const withdraw = ({ person, onBehalf, item, scope }: Question): void => void desk.act('consent.withdraw', {
        person, ...(onBehalf === null ? {} : { on_behalf: onBehalf }), item, ...(scope === '' ? {} : { scope }),
    });
    return (
        <div class="signer">
            {whom !== '' && <h3 dir="auto">{whom}</h3>}
            <ul class="lines">
                {signer.questions.map((question) => {
                    const answer = answerTo(question, session.consents);
                    return (
                        <li key={`${question.item} ${question.scope}`} data-item={question.item} data-answer={answer ?? 'open'}>
                            <span class="name">{itemName(question)}</span>
                            <span class="role">{k(answerKey(answer))}</span>
                            {answer === 'given' && (
                                <button type="button" data-action="withdraw" aria-label={`${k('withdraw')}: ${itemName(question)}`} onClick={() => withdraw(question)}>
                                    {k('withdraw')}
                                </button>
                            )}
                        </li>
                    );
                })}
            </ul>
        </div>
    );
}

export function ConsentPanel({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const [code, setCode] = useState(applicantLanguage());
    const needs = useNeedsInterpreter(desk, session, code);
    const signers = signersOf({ subjects: session.subjects, people: session.participants, state: session.delegation.state });
    const nobody = needs && interpreterOf(session.participants, desk.roomInterpreter.value) === '';
    const { state } = session;
    return (
        <Panel name="consent">
            <Choice
                id="applicant-language" label={k('applicant_language')} value={code} options={kKioskLanguages.map((each) => [each, languageName(each)] as const)}
                change={(next) => { setCode(next); presetApplicantLanguage(next); }}
            />
            <TextField
                id="room-interpreter" label={k('room_interpreter')} value={desk.roomInterpreter.value} hint={k('room_interpreter_hint')}
                change={(name) => { desk.roomInterpreter.value = name; }}
            />
            {needs && <p class="trouble" data-needs-interpreter>{k(nobody ? 'interpreter_missing' : 'interpreter_reads')}</p>}
            {signers.map((signer) => <Answers key={`${signer.person} ${signer.onBehalf}`} desk={desk} session={session} signer={signer} />)}
            <p data-understood={session.understood ?? 'open'}>
                {k(session.understood === true ? 'understood_well' : session.understood === false ? 'understood_badly' : 'understood_open')}
            </p>
            <div class="row">
                {(state === 'checked-in' || state === 'waiting') && (
                    <button type="button" data-action="open-consent" onClick={() => void desk.step('open-consent')}>{k('open_consent')}</button>
                )}
                {state === 'consenting' && (
                    <button type="button" data-action="ask-again" onClick={() => desk.handOver(true)}>{k('ask_again')}</button>
                )}
            </div>
        </Panel>
    );
}
