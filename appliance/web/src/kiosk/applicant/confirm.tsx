// The answers at a glance, each to be changed by a touch, and one mark for all of them.

import { useState } from 'preact/hooks';
import { sameQuestion, type Question } from '../consent_plan';
import type { Reading } from '../consent_texts';
import { kOwnWords, type Refusal } from '../kiosk_api';
import { markOf, type Stroke } from '../mark';
import { No, Pen, Thumb, Wiping, Yes } from '../pictograms';
import { k } from '../texts';
import { AskStaff } from '../trouble';
import { Heading } from './heading';
import { MarkPad } from './mark_pad';
import { itemName, ItemPictogram } from './question';
import { Spoken } from './spoken';

export interface Given {
    readonly question: Question;
    readonly yes: boolean;
    /** What was read to them: the record names exactly that text. */
    readonly reading: Reading;
}
export interface Mark {
    readonly mode: 'touch' | 'thumbprint';
    readonly mark: string;
}

interface Props {
    readonly whom: string;
    readonly given: readonly Given[];
    readonly change: (question: Question) => void;
    /** Resolves to what went wrong, or to nothing. */
    readonly confirm: (mark: Mark) => Promise<Refusal | undefined>;
}

type By = 'name' | 'thumb' | 'none';

export function Confirm({ whom, given, change, confirm }: Props) {
    const [by, setBy] = useState<By>('name');
    const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
    const [trouble, setTrouble] = useState<Refusal>();
    const [saving, setSaving] = useState(false);
    const choose = (next: By): void => {
        setBy(next);
        setStrokes([]);
        setTrouble(undefined);
    };
    const done = async (): Promise<void> => {
        if (saving) return;
        if (by !== 'none' && strokes.length === 0) {
            setTrouble({ ok: false, code: kOwnWords, error: k('mark_missing') });
            return;
        }
        setSaving(true);
        const refusal = await confirm({ mode: by === 'thumb' ? 'thumbprint' : 'touch', mark: by === 'none' ? '' : markOf(strokes) });
        setSaving(false);
        setTrouble(refusal);
    };
    return (
        <div class="screen confirm" data-step="mark">
            <div class="confirm-read">
                {whom !== '' && <p class="whom"><bdi>{whom}</bdi></p>}
                <Heading of={`${whom} mark`}>{k('mark_heading')}</Heading>
                <ul class="given">
                    {given.map(({ question, yes }) => (
                        <li key={`${question.item} ${question.scope}`}>
                            <ItemPictogram item={question.item} />
                            <span class="given-item">{itemName(question)}</span>
                            <span class="given-answer" data-answer={yes ? 'yes' : 'no'}>{yes ? <Yes /> : <No />}{k(yes ? 'yes' : 'no')}</span>
                            <button type="button" data-action="change" aria-label={`${k('change')}: ${itemName(question)}`} onClick={() => change(question)}>
                                {k('change')}
                            </button>
                        </li>
                    ))}
                </ul>
            </div>
            <div class="confirm-sign">
                <Spoken name="say_mark" />
                <div class="choices" role="group" aria-label={k('mark_how')}>
                    {([['name', Pen], ['thumb', Thumb], ['none', No]] as const).map(([way, Picture]) => (
                        <button key={way} type="button" data-action={`mark-${way}`} aria-pressed={by === way} onClick={() => choose(way)}>
                            <Picture /><span>{k(`mark_${way}`)}</span>
                        </button>
                    ))}
                </div>
                {by === 'none'
                    ? <p class="said">{k('mark_none_text')}</p>
                    : <MarkPad thumb={by === 'thumb'} strokes={strokes} change={(next) => { setStrokes(next); setTrouble(undefined); }} />}
                <AskStaff refusal={trouble} />
                <div class="answers">
                    {by !== 'none' && (
                        <button type="button" data-action="clear-mark" onClick={() => setStrokes([])}><Wiping /><span>{k('clear_mark')}</span></button>
                    )}
                    <button type="button" data-action="confirm-mark" aria-disabled={saving} onClick={() => void done()}>
                        <Yes /><span>{k(saving ? 'mark_saving' : 'confirm_mark')}</span>
                    </button>
                </div>
            </div>
        </div>
    );
}

export const isGiven = (given: readonly Given[], question: Question): boolean =>
    given.some((each) => sameQuestion(each.question, question));
