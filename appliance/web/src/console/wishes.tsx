// A pause by one touch, and the end after a question. Both are asked of the centre, which decides; the answer is the
// new state.

import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import type { ControlSocket } from '../signalling/control';
import { PauseIcon, StopIcon } from '../ui/icons';

/** Those of the coded reasons that a delegation can judge. */
const kEndings = ['complete', 'by-delegation', 'interpretation', 'technical'] as const;

export function EndDialog({ control, close }: { control: ControlSocket; close: () => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    const [how, setHow] = useState<string>('complete');
    useEffect(() => dialog.current?.showModal(), []);
    const end = (): void => {
        control.ask('end', how);
        dialog.current?.close();
    };
    return (
        <dialog ref={dialog} aria-labelledby="end-heading" onClose={close}>
            <h2 id="end-heading">{t('end_heading')}</h2>
            <p>{t('end_text')}</p>
            <div class="field">
                <label for="end-how">{t('end_how')}</label>
                <select id="end-how" value={how} onChange={(event) => setHow(event.currentTarget.value)}>
                    {kEndings.map((ending) => <option key={ending} value={ending}>{t(`end_${ending}`)}</option>)}
                </select>
            </div>
            <div class="dialog-row">
                <button type="button" class="danger" data-action="end-confirm" onClick={end}>{t('end_confirm')}</button>
                <button type="button" data-action="end-cancel" autofocus onClick={() => dialog.current?.close()}>
                    {t('end_cancel')}
                </button>
            </div>
        </dialog>
    );
}

export function WishButtons({ control }: { control: ControlSocket }) {
    const [ending, setEnding] = useState(false);
    const wish = control.wish.value;
    const { state, pause } = control.standing.value;
    // In a private talk people still see each other, and may want to stop that too.
    const pausable = state !== 'paused' || pause === 'private-talk';
    const asked = (what: 'pause' | 'end'): boolean => wish?.what === what && !wish.failed;
    return (
        <>
            {/* Its place stays: the other buttons do not move when there is nothing to pause. */}
            {!pausable && <span class="control gap" aria-hidden="true" />}
            {pausable && control.may.value.includes('pause') && (
                <button
                    type="button" class="control pause" data-action="pause" aria-disabled={asked('pause')}
                    onClick={() => asked('pause') || control.ask('pause')}
                >
                    <PauseIcon />
                    <span class="control-text">{asked('pause') ? t('ask_pausing') : t('ask_pause')}</span>
                </button>
            )}
            {control.may.value.includes('end') && (
                <button
                    type="button" class="control" data-action="end" aria-haspopup="dialog" aria-disabled={asked('end')}
                    onClick={() => asked('end') || setEnding(true)}
                >
                    <StopIcon />
                    <span class="control-text">{asked('end') ? t('ask_ending') : t('ask_end')}</span>
                </button>
            )}
            {ending && <EndDialog control={control} close={() => setEnding(false)} />}
        </>
    );
}

export function WishTrouble({ control }: { control: ControlSocket }) {
    const wish = control.wish.value;
    if (wish?.failed !== true) return null;
    return <p class="trouble" role="alert">{t(`ask_failed_${wish.what}`)}</p>;
}
