// Letters to touch: at a centre there is no keyboard beside the screen. It opens when a field is touched, writes where the
// cursor stands, and never takes the focus away from there.

import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { language } from '../../i18n';
import { k } from '../texts';

type Field = HTMLInputElement | HTMLTextAreaElement;

const kRows: Readonly<Record<string, readonly string[]>> = {
    en: ['qwertyuiop', 'asdfghjkl-', 'zxcvbnm.’,'],
    fr: ['azertyuiop', 'qsdfghjklm', 'wxcvbn.’-,'],
    // What names of many languages need beside the plain letters.
    more: ['áàâäãåæçćč', 'éèêëğíîïıł', 'ñóôöøőśšşß', 'úùûüűýžźÿœ'],
};
const kDigits = '1234567890';

export const keyboardShown = signal(false);

const isWritten = (element: Element | null): element is Field =>
    element !== null && element.matches('input:not([type]), input[type="text"], input[type="password"], input[type="number"], textarea:not([readonly])');

/** What a field holds after a key, and where the cursor is then. Pure. `key`: a letter, or "" to take the last one away. */
export function written(text: string, from: number, to: number, key: string): { readonly text: string; readonly at: number } {
    if (key !== '') return { text: text.slice(0, from) + key + text.slice(to), at: from + key.length };
    const start = from === to ? from - (Array.from(text.slice(0, from)).at(-1)?.length ?? 0) : from;
    return { text: text.slice(0, start) + text.slice(to), at: start };
}

function write(key: string): void {
    const field = document.activeElement;
    if (!isWritten(field)) return;
    // Fields for numbers tell no cursor: there it stands at the end.
    const end = field.value.length;
    const next = written(field.value, field.selectionStart ?? end, field.selectionEnd ?? end, key);
    field.value = next.text;
    if (field.type !== 'number') field.setSelectionRange(next.at, next.at);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Opens where a finger touches a field, and closes after a touch elsewhere. */
function useTouches(): void {
    useEffect(() => {
        const down = (event: PointerEvent): void => {
            if (event.pointerType !== 'touch' || !(event.target instanceof Element)) return;
            // Beside a PIN there are digits already; whoever has letters in theirs comes with the letters open.
            if (isWritten(event.target) && event.target.type !== 'password') keyboardShown.value = true;
        };
        // After the click has done its work: what closes earlier moves the page under the finger.
        const click = (event: MouseEvent): void => {
            const target = event.target instanceof Element ? event.target : null;
            if (!isWritten(target) && target?.closest('.keyboard, label') === null) setTimeout(() => { keyboardShown.value = false; });
        };
        addEventListener('pointerdown', down);
        addEventListener('click', click);
        return () => {
            removeEventListener('pointerdown', down);
            removeEventListener('click', click);
            keyboardShown.value = false;
        };
    }, []);
}

export function Keyboard() {
    useTouches();
    const [large, setLarge] = useState(false);
    const [more, setMore] = useState(false);
    if (!keyboardShown.value) return null;
    const rows = [...(more ? [] : [kDigits]), ...(kRows[more ? 'more' : language.value] ?? kRows['en'] ?? [])];
    const type = (letter: string): void => {
        write(large ? letter.toUpperCase() : letter);
        setLarge(false);
    };
    const key = (name: string, label: string, press: () => void, pressed?: boolean) => (
        <button key={name} type="button" tabIndex={-1} data-key={name} aria-pressed={pressed} onClick={press}>{label}</button>
    );
    return (
        <aside class="keyboard" aria-label={k('keyboard')} onPointerDown={(event) => event.preventDefault()} onMouseDown={(event) => event.preventDefault()}>
            {rows.map((row) => (
                <div class="keys" key={row} dir="ltr">
                    {Array.from(row).map((letter) => key(letter, large ? letter.toUpperCase() : letter, () => type(letter)))}
                </div>
            ))}
            <div class="keys" dir="ltr">
                {key('shift', k('key_shift'), () => setLarge(!large), large)}
                {key('more', k('key_more'), () => setMore(!more), more)}
                {key('space', k('key_space'), () => type(' '))}
                {key('delete', k('pin_back'), () => write(''))}
                {key('close', k('key_close'), () => { keyboardShown.value = false; })}
            </div>
        </aside>
    );
}
