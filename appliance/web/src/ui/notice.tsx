// A whole page with one message, and at most one thing to do.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LanguagePicker } from './language_picker';

interface Props {
    readonly heading: string;
    readonly text: string;
    readonly children?: ComponentChildren;
}

export function Notice({ heading, text, children }: Props) {
    const title = useRef<HTMLHeadingElement>(null);
    // The page before is gone, and with it the focus: a screen reader goes on from here.
    useEffect(() => title.current?.focus(), []);
    return (
        <main class="notice">
            <div class="card">
                <h1 ref={title} tabIndex={-1}>{heading}</h1>
                <p>{text}</p>
                {children}
                <LanguagePicker />
            </div>
        </main>
    );
}
