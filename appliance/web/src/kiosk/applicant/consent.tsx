// Consent item by item, one person after the other; then a mark, with which all of their answers are written down.

import { useEffect, useState } from 'preact/hooks';
import { language } from '../../i18n';
import type { ApplicantInterview, ConsentText } from '../answers';
import { nextSigner, openQuestions, sameQuestion, type Signer } from '../consent_plan';
import { kReadByInterpreters, readingOf } from '../consent_texts';
import type { Desk } from '../desk';
import { interpreterOf } from '../interpreter';
import { kUnreachable, type Refusal } from '../kiosk_api';
import { k } from '../texts';
import { AskStaff } from '../trouble';
import { Confirm, isGiven, type Given, type Mark } from './confirm';
import { Ask } from './question';

/** The texts in the applicant's language and in those that interpreters read. */
function useTexts(desk: Desk): { readonly texts: readonly ConsentText[]; readonly trouble: Refusal | undefined } {
    const [texts, setTexts] = useState<readonly ConsentText[]>([]);
    const [trouble, setTrouble] = useState<Refusal>();
    const chosen = language.value;
    const reachable = desk.reachable.value;
    useEffect(() => {
        let stale = false;
        const codes = [...new Set([chosen, ...kReadByInterpreters])];
        void Promise.all(codes.map((code) => desk.ask<{ texts: readonly ConsentText[] }>('consent.texts', { language: code }))).then((replies) => {
            if (stale) return;
            const come = replies.flatMap((reply) => (reply.ok ? reply.texts : []));
            // While nobody answers, what was read stays.
            if (come.length > 0) setTexts(come);
            setTrouble(replies.find((reply): reply is Refusal => !reply.ok && reply.code !== kUnreachable));
        });
        return () => { stale = true; };
    }, [chosen, reachable]);
    return { texts, trouble };
}

/** Whose answers these are, where it is not plain: of several, or for a child. */
function whomOf({ person, onBehalf }: Signer, { subjects }: ApplicantInterview): string {
    const nameOf = (id: string): string => subjects.find((each) => each.person === id)?.name ?? '';
    if (onBehalf === null) return subjects.length > 1 || subjects.some(({ child }) => child) ? nameOf(person) : '';
    const child = nameOf(onBehalf);
    const name = subjects.find((each) => each.person === onBehalf)?.guardian_name || nameOf(person);
    return name === '' ? k('whom_guardian', { child }) : k('whom_for', { name, child });
}

const keyOf = ({ person, onBehalf }: Signer): string => `${person} ${onBehalf ?? ''}`;

function SignerConsent({ desk, session, signer }: { desk: Desk; session: ApplicantInterview; signer: Signer }) {
    const [given, setGiven] = useState<readonly Given[]>([]);
    const { texts, trouble } = useTexts(desk);
    const open = openQuestions(signer, desk.answers.value);
    const asked = open.find((question) => !isGiven(given, question));
    const whom = whomOf(signer, session);

    const confirm = async ({ mode, mark }: Mark): Promise<Refusal | undefined> => {
        const interpreter = interpreterOf(session.people, desk.roomInterpreter.value);
        for (const { question, yes, reading } of given) {
            // What was written down before the line broke is not written twice.
            if (!open.some((each) => sameQuestion(each, question))) continue;
            const reply = await desk.ask('consent.record', {
                person: question.person, ...(question.onBehalf === null ? {} : { on_behalf: question.onBehalf }),
                item: question.item, ...(question.scope === '' ? {} : { scope: question.scope }),
                answer: yes ? 'given' : 'refused', mode: reading.spoken ? 'spoken' : mode,
                language: reading.text.language, text_sha256: reading.text.sha256, interpreter, mark,
            });
            if (!reply.ok) {
                await desk.lookNow();
                return reply;
            }
        }
        await desk.lookNow();
        return undefined;
    };

    if (trouble !== undefined && texts.length === 0) return <AskStaff refusal={trouble} />;
    if (texts.length === 0) return null;
    if (asked === undefined) {
        return (
            <Confirm
                whom={whom} given={given} confirm={confirm}
                change={(question) => setGiven(given.filter((each) => !sameQuestion(each.question, question)))}
            />
        );
    }
    const reading = readingOf(asked.item, language.value, texts, session.training);
    return (
        <Ask
            question={asked} reading={reading} number={open.indexOf(asked) + 1} total={open.length} whom={whom}
            answer={(yes) => reading && setGiven([...given, { question: asked, yes, reading }])}
        />
    );
}

export function ConsentScreen({ desk, session }: { desk: Desk; session: ApplicantInterview }) {
    const signer = nextSigner(desk.signers.value, desk.answers.value);
    return signer === undefined ? null : <SignerConsent key={keyOf(signer)} desk={desk} session={session} signer={signer} />;
}
