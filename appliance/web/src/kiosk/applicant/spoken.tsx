// A text and its loudspeaker. A computer's voice is called one; where there is nothing to hear, the interpreter reads.

import type { ComponentChildren } from 'preact';
import { Loudspeaker, Speaking } from '../pictograms';
import { play, playing, promptOf, silence } from '../prompts';
import { k, type SpokenKey } from '../texts';

export function Listen({ name, quiet = false }: { name: string; quiet?: boolean }) {
    const prompt = promptOf(name);
    if (prompt === undefined) {
        if (quiet) return null;
        return <p class="listen-note" data-prompt={name} data-voice="interpreter"><Speaking />{k('listen_interpreter')}</p>;
    }
    const speaking = playing.value === name;
    return (
        <div class="listen" data-prompt={name} data-voice={prompt.synthetic ? 'computer' : 'person'}>
            <button type="button" data-action="play-prompt" aria-pressed={speaking} onClick={() => (speaking ? silence() : play(name))}>
                <Loudspeaker />
                <span>{k(speaking ? 'listen_stop' : 'listen')}</span>
            </button>
            {prompt.synthetic && <p class="hint">{k('listen_computer')}</p>}
        </div>
    );
}

interface Props {
    readonly name: SpokenKey;
    /** Nobody is there yet who could read. */
    readonly quiet?: boolean;
    readonly children?: ComponentChildren;
}

export function Spoken({ name, quiet = false, children }: Props) {
    return (
        <div class="spoken">
            <p class="said">{k(name)}</p>
            {children}
            <Listen name={name} quiet={quiet} />
        </div>
    );
}
