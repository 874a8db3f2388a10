// What every page does first.

import type { ComponentChild } from 'preact';
import { render } from 'preact';
import { startLanguage } from '../i18n';
import { restartOnNewInvitation } from '../signalling/invitation';

/** `languages`: what the page has texts in, when that is not what the call has. */
export async function openPage(content: ComponentChild, languages?: readonly string[]): Promise<void> {
    restartOnNewInvitation();
    // Brought back by the Back button, a page's connections are gone: begin again.
    addEventListener('pageshow', (event) => {
        if (event.persisted) location.reload();
    });
    await startLanguage(languages);
    const root = document.getElementById('app');
    if (root !== null) render(content, root);
}
