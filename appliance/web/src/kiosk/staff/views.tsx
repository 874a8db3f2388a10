// What the delegation is shown, what is sent at all, and the words by which both ends compare their keys.

import { useState } from 'preact/hooks';
import type { StaffInterview, View } from '../answers';
import type { Desk } from '../desk';
import { k } from '../texts';
import { KeptTick } from './fields';
import { Panel } from './panel';

const kViews: readonly View[] = ['face', 'room', 'document'];

function Words({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const [words, setWords] = useState<readonly string[] | undefined>(undefined);
    const show = async (): Promise<void> => {
        const reply = await desk.act<{ words: readonly string[] }>('words');
        if (reply?.ok === true) setWords(reply.words);
    };
    const judge = async (match: boolean): Promise<void> => {
        const reply = await desk.act('words.judge', { match });
        if (reply?.ok === true) setWords(undefined);
    };
    const judged = Object.values(session.words_judged ?? {});
    return (
        <div class="words">
            <h3>{k('words_heading')}</h3>
            {judged.length > 0 && <p data-words-judged={judged.every(Boolean)}>{k(judged.every(Boolean) ? 'words_match' : 'words_differ')}</p>}
            {words === undefined
                ? <button type="button" data-action="words" onClick={() => void show()}>{k('words')}</button>
                : (
                    <>
                        <p>{k('words_text')}</p>
                        <ol class="word-list" lang="en" dir="ltr">{words.map((word) => <li key={word}>{word}</li>)}</ol>
                        <div class="row">
                            <button type="button" data-action="words-match" onClick={() => void judge(true)}>{k('words_same')}</button>
                            <button type="button" data-action="words-differ" onClick={() => void judge(false)}>{k('words_other')}</button>
                        </div>
                    </>
                )}
        </div>
    );
}

export function ViewsPanel({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const { state, view } = session;
    const mute = desk.status.value?.mute;
    return (
        <Panel name="views">
            <div class="quick" role="group" aria-label={k('view_shown')}>
                {kViews.map((each) => (
                    <button
                        key={each} type="button" data-action="view" data-view={each} aria-pressed={(view ?? 'face') === each}
                        aria-disabled={state !== 'live' && state !== 'paused'}
                        onClick={() => (state === 'live' || state === 'paused') && void desk.act('view', { view: each })}
                    >
                        {k(`view_${each}`)}
                    </button>
                ))}
            </div>
            {mute !== undefined && (
                <div class="checklist">
                    {(['video', 'audio'] as const).map((kind) => (
                        <KeptTick key={kind} name={`mute-${kind}`} checked={mute[kind]} keep={(off) => desk.keep('mute', { [kind]: off })}>
                            {k(`mute_${kind}`)}
                        </KeptTick>
                    ))}
                </div>
            )}
            <Words desk={desk} session={session} />
        </Panel>
    );
}
