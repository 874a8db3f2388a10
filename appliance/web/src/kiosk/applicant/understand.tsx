// Asked directly, and written down: do you understand the interpreter?

import { useState } from 'preact/hooks';
import type { Desk } from '../desk';
import { Interpreting, No, Yes } from '../pictograms';
import type { Refusal } from '../kiosk_api';
import { k } from '../texts';
import { AskStaff } from '../trouble';
import { Heading } from './heading';
import { Spoken } from './spoken';

export function Understand({ desk }: { desk: Desk }) {
    const [trouble, setTrouble] = useState<Refusal>();
    const answer = async (understood: boolean): Promise<void> => {
        const reply = await desk.act('understood', { understood });
        setTrouble(reply === undefined || reply.ok ? undefined : reply);
    };
    return (
        <div class="screen understand">
            <Interpreting />
            <Heading of="understand">{k('understand_heading')}</Heading>
            <Spoken name="say_understand" />
            <AskStaff refusal={trouble} />
            <div class="answers">
                <button type="button" data-action="understood-yes" onClick={() => void answer(true)}><Yes /><span>{k('understood_yes')}</span></button>
                <button type="button" data-action="understood-no" onClick={() => void answer(false)}><No /><span>{k('understood_no')}</span></button>
            </div>
            <button type="button" class="quiet" data-action="no-interpreter" onClick={() => { desk.noInterpreter.value = true; }}>
                {k('no_interpreter')}
            </button>
        </div>
    );
}
