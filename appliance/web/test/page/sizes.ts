// Whether everything that can be touched is whole and can be reached, from a small phone to 4K and at 200 %.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Controls that are cut off, lie outside or are covered, each with what is the matter; runs in the page. */
function hidden(): string[] {
    const found: string[] = [];
    const name = (element: Element): string => {
        const { action, capture } = (element as HTMLElement).dataset;
        return `${element.localName} ${action ?? capture ?? element.id} "${(element as HTMLElement).innerText?.trim().slice(0, 30) ?? ''}"`;
    };
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is wider than the window: ${document.documentElement.scrollWidth}`);
    const within = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document;
    for (const element of within.querySelectorAll<HTMLElement>('button, input, select, textarea, summary, a[href]')) {
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        element.scrollIntoView({ block: 'center', behavior: 'instant' });
        const box = element.getBoundingClientRect();
        if (box.left < -0.5 || box.right > innerWidth + 0.5) found.push(`${name(element)} reaches out of the window: ${box.left} to ${box.right}`);
        if (element.localName === 'button' && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1))
            found.push(`${name(element)} is cut off: ${element.scrollWidth} x ${element.scrollHeight} in ${element.clientWidth} x ${element.clientHeight}`);
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (top === null || !(element.contains(top) || top.contains(element) && top.localName === 'label'))
            found.push(`${name(element)} is covered by ${top === null ? 'the edge' : `${top.localName}.${top.className}`}`);
    }
    scrollTo(0, 0);
    return found;
}

/** The last two: 1366 x 768 and 1920 x 1080 at 200 %. */
const kSizes = [[360, 640], [390, 844], [768, 1024], [1366, 768], [1920, 1080], [3840, 2160], [683, 384], [960, 540]] as const;

export type Size = readonly [width: number, height: number];
/** Of the kiosk's own screen, either way up. */
export const kTouchScreens: readonly Size[] = [[1080, 1920], [1920, 1080]];

/** Leaves the page at the last of the sizes. */
export async function everySize(page: Page, state: string, sizes: readonly Size[] = kSizes): Promise<void> {
    for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        assert.deepEqual([`${state}, ${width} x ${height}`, ...await page.evaluate(hidden)], [`${state}, ${width} x ${height}`]);
    }
}
