// Whose turn it is while somebody interprets one after the other: over the pictures, in words and with a sign.

import { t } from '../i18n';
import type { Person } from '../signalling/messages';
import { SpeakingIcon } from './icons';

interface Props {
    readonly turn: string; // a participant, or nobody
    readonly people: readonly Person[];
    readonly self: string;
    /** For whoever may take the word back. */
    readonly takeBack: (() => void) | undefined;
}

export function TurnBand({ turn, people, self, takeBack }: Props) {
    const own = turn === self;
    const name = people.find(({ id }) => id === turn)?.name || t('tile_unnamed');
    return (
        // Always in the page, so that its words are read aloud when they come.
        <div class="turn-place" role="status" aria-live="polite">
            {turn !== '' && (
                <div class="band turn" data-turn={own ? 'own' : 'other'}>
                    <SpeakingIcon />
                    <p class="band-text">{own ? t('turn_own') : t('turn_other', { name })}</p>
                    {!own && takeBack !== undefined && (
                        <div class="band-row">
                            <button type="button" data-action="turn-back" onClick={takeBack}>{t('turn_back')}</button>
                        </div>
                    )}
                </div>
            )}
        </div>
    );
}
