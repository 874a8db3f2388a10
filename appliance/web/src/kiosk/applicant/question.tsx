// One item of consent: the very text that the record names, and yes or no, alike in size and colour.

import { countryName } from '../../i18n/countries';
import { language, locales } from '../../i18n';
import type { Item } from '../answers';
import type { Question } from '../consent_plan';
import { paragraphsOf, type Reading } from '../consent_texts';
import { Camera, No, Sending, Speaking, Voice, Watching, Writing, Yes } from '../pictograms';
import { directionOf, languageName } from '../side_language';
import { k } from '../texts';
import { Heading } from './heading';
import { Listen } from './spoken';

export function ItemPictogram({ item }: { item: Item }) {
    switch (item) {
        case 'video': return <Camera />;
        case 'audio': return <Voice />;
        case 'observers': return <Watching />;
        case 'metadata': return <Writing />;
        case 'share-dossier': return <Sending />;
    }
}

/** What a question is about, in a few words. */
export function itemName({ item, scope }: Question): string {
    switch (item) {
        case 'video': return k('item_video');
        case 'audio': return k('item_audio');
        case 'observers': return k('item_observers', { organisation: countryName(scope, language.value) });
        case 'metadata': return k('item_metadata');
        case 'share-dossier': return k('item_share_dossier', { state: countryName(scope, language.value) });
    }
}

interface Props {
    readonly question: Question;
    readonly reading: Reading | undefined;
    readonly number: number;
    readonly total: number;
    /** Who is asked, where there are several. */
    readonly whom: string;
    readonly answer: (yes: boolean) => void;
}

function Body({ reading, scope }: { reading: Reading; scope: string }) {
    const { text, spoken } = reading;
    const names = { organisation: countryName(scope, text.language), state: countryName(scope, text.language) };
    return (
        <div class="consent-text">
            {text.review === 'draft' && <p class="draft-band" data-draft>{k('draft_text')}</p>}
            {spoken
                ? <p class="listen-note" data-voice="interpreter"><Speaking />{k('consent_spoken', { language: languageName(text.language) })}</p>
                : <Listen name={`consent_${text.item}`} sha256={text.sha256} />}
            <div class={spoken ? 'body for-interpreter' : 'body'} lang={text.language} dir={directionOf(text.language)} data-sha256={text.sha256}>
                {paragraphsOf(text.body, names).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
            </div>
        </div>
    );
}

export function Ask({ question, reading, number, total, whom, answer }: Props) {
    return (
        <div class="screen question" data-item={question.item} data-scope={question.scope}>
            <div class="question-head">
                <ItemPictogram item={question.item} />
                <div>
                    {whom !== '' && <p class="whom"><bdi>{whom}</bdi></p>}
                    <Heading of={`${whom} ${question.item} ${question.scope}`}>{itemName(question)}</Heading>
                    <p class="count">{k('consent_count', {
                        number: number.toLocaleString(locales()), total: total.toLocaleString(locales()),
                    })}</p>
                </div>
            </div>
            {reading === undefined
                ? <p class="trouble" role="alert">{k('consent_missing')}</p>
                : <Body reading={reading} scope={question.scope} />}
            {reading !== undefined && (
                <div class="answers" role="group" aria-label={itemName(question)}>
                    <button type="button" data-action="yes" onClick={() => answer(true)}><Yes /><span>{k('yes')}</span></button>
                    <button type="button" data-action="no" onClick={() => answer(false)}><No /><span>{k('no')}</span></button>
                </div>
            )}
        </div>
    );
}
