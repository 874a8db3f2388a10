// What every page does first.

import type { ComponentChild } from 'preact';
import { render } from 'preact';
import { startLanguage } from '../i18n';
import { restartOnNewInvitation } from '../signalling/invitation';

export function openPage(content: ComponentChild): void {
    startLanguage();
    restartOnNewInvitation();
    // Brought back by the Back button, a page's connections are gone: begin again.
    addEventListener('pageshow', (event) => {
        if (event.persisted) location.reload();
    });
    const root = document.getElementById('app');
    if (root !== null) render(content, root);
}
