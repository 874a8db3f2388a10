// The heading of a screen. The screen before is gone, and with it the focus: a screen reader goes on from here.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export function Heading({ of, children }: { of: string; children: ComponentChildren }) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        scrollTo(0, 0);
        heading.current?.focus({ preventScroll: true });
    }, [of]);
    return <h1 ref={heading} tabIndex={-1}><bdi>{children}</bdi></h1>;
}
