// The decision: what stands, by whom and when, and a new one, which is signed after a question.

import { useEffect, useRef, useState } from 'preact/hooks';
import { kOutcomes, type DecisionView, type Outcome } from './dossier_view';
import { outcomeText } from './dossier_list';
import type { NameOf } from './dossier_parts';
import { o, type OfficeKey } from './texts';
import { timeText } from './wording';
import { fits } from './writing';

const kLabels: Readonly<Record<Outcome, OfficeKey>> =
    { accepted: 'decision_accept', refused: 'decision_refuse', interview: 'decision_interview_ask' };

interface Props {
    readonly decision: DecisionView;
    readonly nameOf: NameOf;
    readonly self: string; // as whom it is signed
    readonly subject: string; // whose case it is
    /** Absent: nothing may be written here. */
    readonly decide: ((outcome: Outcome, reason: string) => Promise<boolean>) | undefined;
}

interface AskProps {
    readonly subject: string;
    readonly outcome: Outcome;
    readonly reason: string;
    readonly self: string;
    readonly sign: () => void;
    readonly close: () => void;
}

function Ask({ subject, outcome, reason, self, sign, close }: AskProps) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => dialog.current?.showModal(), []);
    return (
        <dialog ref={dialog} aria-labelledby="decision-ask" onClose={close}>
            <h2 id="decision-ask">{o('decision_ask')}</h2>
            <p class="subject" dir="auto">{subject}</p>
            <p><strong data-outcome={outcome}>{outcomeText(outcome)}</strong></p>
            <p class="long reason-read" dir="auto">{reason}</p>
            <p class="hint">{o('decision_ask_text', { name: self })}</p>
            <div class="dialog-row">
                <button
                    type="button" class="primary" data-action="sign"
                    onClick={() => {
                        sign();
                        dialog.current?.close();
                    }}
                >
                    {o('decision_sign')}
                </button>
                <button type="button" autofocus onClick={() => dialog.current?.close()}>{o('decision_cancel')}</button>
            </div>
        </dialog>
    );
}

function Form({ subject, self, decide, done }: Omit<Props, 'decision' | 'nameOf'> & { done: () => void }) {
    const [outcome, setOutcome] = useState<Outcome | undefined>();
    const [reason, setReason] = useState('');
    const [trouble, setTrouble] = useState<OfficeKey | undefined>();
    const [asking, setAsking] = useState(false);
    const ask = (): void => {
        const missing = outcome === undefined || reason.trim() === '';
        const wrong = missing ? 'decision_missing' : fits(reason) ? undefined : 'decision_long';
        setTrouble(wrong);
        setAsking(wrong === undefined);
    };
    const sign = async (): Promise<void> => {
        if (outcome !== undefined && await decide?.(outcome, reason.trim()) === true) done();
    };
    return (
        <div class="decide">
            <fieldset>
                <legend>{o('decision_outcome')}</legend>
                {kOutcomes.map((each) => (
                    <label key={each} class="choice">
                        <input
                            type="radio" name="outcome" value={each} checked={outcome === each}
                            onChange={() => setOutcome(each)}
                        />
                        <span>{o(kLabels[each])}</span>
                    </label>
                ))}
            </fieldset>
            <div class="field">
                <label for="decision-reason">{o('decision_reason')}</label>
                <textarea
                    id="decision-reason" rows={4} dir="auto" value={reason}
                    onInput={(event) => setReason(event.currentTarget.value)}
                />
            </div>
            {trouble !== undefined && <p class="trouble" role="alert">{o(trouble)}</p>}
            <div class="dialog-row">
                <button type="button" class="primary" data-action="decide" onClick={ask}>{o('decision_write')}</button>
                <button type="button" onClick={done}>{o('decision_cancel')}</button>
            </div>
            {asking && outcome !== undefined && (
                <Ask
                    subject={subject} outcome={outcome} reason={reason.trim()} self={self}
                    sign={() => void sign()} close={() => setAsking(false)}
                />
            )}
        </div>
    );
}

export function Decision({ decision, nameOf, self, subject, decide }: Props) {
    const [writing, setWriting] = useState(false);
    return (
        <section class="panel" aria-labelledby="decision-heading" data-decided={decision.given.length > 0}>
            <h2 id="decision-heading">{o('decision_heading')}</h2>
            {decision.given.length === 0 && <p class="hint">{o('decision_none')}</p>}
            {decision.conflict && <p class="trouble">{o('decision_conflict')}</p>}
            {decision.given.map(({ by, outcome, reason }) => (
                <div key={by.op} class="given" data-given={outcome}>
                    <p class="outcome">{outcomeText(outcome)}</p>
                    {reason !== '' && <p class="long" dir="auto">{reason}</p>}
                    <p class="hint">{o('by', { name: nameOf(by), time: timeText(by.at) })}</p>
                </div>
            ))}
            {decide !== undefined && !writing && (
                <button type="button" data-action="begin-decision" onClick={() => setWriting(true)}>
                    {o(decision.given.length > 0 ? 'decision_change' : 'decision_write')}
                </button>
            )}
            {decide !== undefined && writing && (
                <Form subject={subject} self={self} decide={decide} done={() => setWriting(false)} />
            )}
        </section>
    );
}
