// The end, with one of the coded reasons that are possible from where the interview stands.

import { useState } from 'preact/hooks';
import type { StaffInterview, State } from '../answers';
import type { Desk } from '../desk';
import { k } from '../texts';
import { Choice } from './fields';
import { Panel } from './panel';

const kTerminated = ['by-applicant', 'by-delegation', 'distress', 'medical', 'emergency', 'technical', 'interpretation', 'interrupted'] as const;
const kNoShow = ['applicant-absent', 'interpreter-absent', 'delegation-absent'] as const;
export type EndReason = 'complete' | (typeof kTerminated)[number] | (typeof kNoShow)[number];

/** As session/model/state has it. Pure. */
export function endReasons(state: State): readonly EndReason[] {
    switch (state) {
        case 'scheduled': case 'checked-in': case 'waiting': return [...kNoShow, ...kTerminated];
        case 'consenting': return kTerminated;
        case 'live': case 'paused': return ['complete', ...kTerminated];
        case 'ended': return [];
    }
}

type ReasonKey = 'end_complete' | 'end_by_applicant' | 'end_by_delegation' | 'end_distress' | 'end_medical' | 'end_emergency' | 'end_technical'
    | 'end_interpretation' | 'end_interrupted' | 'end_applicant_absent' | 'end_interpreter_absent' | 'end_delegation_absent';
const keyOf = (reason: EndReason) => `end_${reason.replaceAll('-', '_')}` as ReasonKey;

export function EndPanel({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const reasons = endReasons(session.state);
    const [chosen, setChosen] = useState<EndReason | undefined>(undefined);
    const reason = chosen !== undefined && reasons.includes(chosen) ? chosen : reasons[0];
    if (reason === undefined) return null;
    return (
        <Panel name="end">
            <p>{k('end_text')}</p>
            <Choice id="end-reason" label={k('end_reason')} value={reason} options={reasons.map((each) => [each, k(keyOf(each))] as const)} change={setChosen} />
            <button type="button" class="danger" data-action="end" onClick={() => void desk.step('end', { reason })}>{k('end')}</button>
        </Panel>
    );
}
