// A text and its loudspeaker. A computer's voice is called one; where there is nothing to hear, the interpreter reads.

import type { ComponentChildren } from 'preact';
import { Loudspeaker, Speaking } from '../pictograms';
import { play, playing, promptOf, silence } from '../prompts';
import { language } from '../../i18n';
import { languageName } from '../side_language';
import { k, languageOf, type SpokenKey } from '../texts';

/** The language of a synthesiser's voice, where it is another one than the text's. */
function voiceName(voice: string | undefined): string {
    const code = voice?.split('-')[0] ?? '';
    return code === '' || code === language.value ? '' : languageName(code);
}

interface ListenProps {
    readonly name: string;
    readonly sha256?: string;
    /** Nobody is there yet who could read. */
    readonly quiet?: boolean;
}

export function Listen({ name, sha256, quiet = false }: ListenProps) {
    const prompt = promptOf(name, sha256);
    if (prompt === undefined) {
        if (quiet) return null;
        return <p class="listen-note" data-prompt={name} data-voice="interpreter"><Speaking />{k('listen_interpreter')}</p>;
    }
    const speaking = playing.value === name;
    const other = voiceName(prompt.voice);
    return (
        <div class="listen" data-prompt={name} data-voice={prompt.synthetic ? 'computer' : 'person'}>
            <button type="button" data-action="play-prompt" aria-pressed={speaking} onClick={() => (speaking ? silence() : play(name))}>
                <Loudspeaker />
                <span>{k(speaking ? 'listen_stop' : 'listen')}</span>
            </button>
            {prompt.synthetic && <p class="hint">{k('listen_computer')}{other !== '' && <> (<span dir="auto">{other}</span>)</>}</p>}
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
            <p class="said" dir="auto" lang={languageOf(name)}>{k(name)}</p>
            {children}
            <Listen name={name} quiet={quiet} />
        </div>
    );
}
