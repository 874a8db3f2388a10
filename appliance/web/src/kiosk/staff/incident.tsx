// When something goes wrong: what to do, step by step, and one touch that writes it down.

import { useState } from 'preact/hooks';
import type { StaffInterview } from '../answers';
import type { Desk } from '../desk';
import { k } from '../texts';
import { TextField } from './fields';
import { Panel } from './panel';

const kKinds = ['disconnect', 'distress', 'fire', 'medical'] as const;
type Kind = (typeof kKinds)[number];
const kSteps = ['1', '2', '3', '4'] as const;

export function IncidentPanel({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const [kind, setKind] = useState<Kind | undefined>(undefined);
    const [detail, setDetail] = useState('');
    const [written, setWritten] = useState<Kind | undefined>(undefined);
    const write = async (): Promise<void> => {
        if (kind === undefined) return;
        const reply = await desk.act('incident', { kind, detail: detail.trim() });
        if (reply?.ok !== true) return;
        setWritten(kind);
        setDetail('');
    };
    const pausable = session.state === 'live' || (session.state === 'paused' && session.pause !== 'distress');
    return (
        <Panel name="incident">
            <div class="quick" role="group" aria-label={k('panel_incident')}>
                {kKinds.map((each) => (
                    <button key={each} type="button" data-action="incident" data-kind={each} aria-pressed={kind === each} onClick={() => { setKind(each); setWritten(undefined); }}>
                        {k(`incident_${each}`)}
                    </button>
                ))}
            </div>
            {kind === undefined ? <p class="hint">{k('incident_choose')}</p> : (
                <div class="protocol" data-protocol={kind}>
                    <ol>{kSteps.map((step) => <li key={step}>{k(`${kind}_step_${step}`)}</li>)}</ol>
                    {kind !== 'disconnect' && pausable && (
                        <button type="button" class="primary" data-action="pause-distress" onClick={() => void desk.step('pause', { reason: 'distress' })}>{k('pause_all')}</button>
                    )}
                    <TextField id="incident-detail" label={k('incident_detail')} value={detail} change={setDetail} />
                    <button type="button" data-action="incident-write" onClick={() => void write()}>{k('incident_write')}</button>
                    {written === kind && <p role="status" class="kept" data-written={kind}>{k('incident_written')}</p>}
                </div>
            )}
        </Panel>
    );
}
