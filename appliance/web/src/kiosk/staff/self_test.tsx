// The kiosk looks at itself: what does not work, and what to do about it.

import { useState } from 'preact/hooks';
import type { SelfTestCheck } from '../answers';
import type { Desk } from '../desk';
import { k } from '../texts';
import { Panel } from './panel';

export function SelfTestPanel({ desk }: { desk: Desk }) {
    const [checks, setChecks] = useState<readonly SelfTestCheck[] | undefined>(undefined);
    const [running, setRunning] = useState(false);
    const run = async (): Promise<void> => {
        if (running) return;
        setRunning(true);
        const reply = await desk.act<{ checks: readonly SelfTestCheck[] }>('self-test');
        setRunning(false);
        if (reply?.ok === true) setChecks(reply.checks);
    };
    return (
        <Panel name="self-test">
            <button type="button" data-action="self-test" aria-disabled={running} onClick={() => void run()}>
                {k(running ? 'self_test_running' : 'self_test')}
            </button>
            {checks !== undefined && (
                <div role="status">
                    <p class="name" data-passed={checks.every(({ ok }) => ok)}>{k(checks.every(({ ok }) => ok) ? 'self_test_passed' : 'self_test_failed')}</p>
                    <ul class="lines">
                        {checks.map(({ name, ok, what, what_to_do }) => (
                            <li key={name} data-check-result={name} data-ok={ok}>
                                <span class="mark" data-mark={ok ? 'well' : 'partial'}>{k(ok ? 'ok' : 'not_ok')}</span>
                                <span lang="en" dir="ltr">{what}{!ok && what_to_do !== '' && <><br /><strong>{what_to_do}</strong></>}</span>
                            </li>
                        ))}
                    </ul>
                </div>
            )}
        </Panel>
    );
}
