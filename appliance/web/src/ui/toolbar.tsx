// A group of buttons that is one stop of the Tab key; arrow keys go from one to the next (WAI-ARIA toolbar).

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const buttonsOf = (group: HTMLElement | null): HTMLButtonElement[] => [...group?.querySelectorAll('button') ?? []];

export function Toolbar({ label, children }: { label: string; children: ComponentChildren }) {
    const group = useRef<HTMLDivElement>(null);
    const stop = (at: HTMLButtonElement | undefined): void =>
        buttonsOf(group.current).forEach((button) => { button.tabIndex = button === at ? 0 : -1; });
    useLayoutEffect(() => {
        const buttons = buttonsOf(group.current);
        if (buttons.filter(({ tabIndex }) => tabIndex === 0).length !== 1) stop(buttons[0]);
    });
    const onKeyDown = (event: KeyboardEvent): void => {
        const buttons = buttonsOf(group.current);
        const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
        const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
        const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
        const next = event.key === forward ? at + 1 : event.key === back ? at - 1
            : event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : undefined;
        if (at < 0 || next === undefined) return;
        event.preventDefault();
        const target = buttons[(next + buttons.length) % buttons.length];
        stop(target);
        target?.focus();
    };
    return (
        <div class="toolbar" role="toolbar" aria-label={label} ref={group} onKeyDown={onKeyDown}>
            {children}
        </div>
    );
}
