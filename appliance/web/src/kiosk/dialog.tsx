// A question over the page. Escape, and a touch on "no", leave everything as it is.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
    readonly name: string;
    readonly heading: string;
    readonly close: () => void;
    readonly children: ComponentChildren;
}

export function Dialog({ name, heading, close, children }: Props) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => dialog.current?.showModal(), []);
    return (
        <dialog ref={dialog} data-dialog={name} aria-labelledby={`${name}-heading`} onClose={close}>
            <h2 id={`${name}-heading`} tabIndex={-1}>{heading}</h2>
            {children}
        </dialog>
    );
}
