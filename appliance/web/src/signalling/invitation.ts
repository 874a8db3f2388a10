// The token of an invitation. It comes in the fragment of the link, which browsers do not send anywhere; it is taken
// out of the address bar at once, and lives in this tab only.

const kTokenForm = /^[A-Za-z0-9_-]{43}$/;

export const tokenInFragment = (fragment: string): string | undefined => {
    const token = fragment.replace(/^#/, '');
    return kTokenForm.test(token) ? token : undefined;
};

const keyOf = (page: string): string => `sightline.${page}.token`;

/** For a person who came to the wrong page with a good invitation. */
export const keepToken = (page: string, token: string): void => sessionStorage.setItem(keyOf(page), token);

/** `page` keeps the console's token apart from the observer page's, which share an origin. */
export function takeToken(page: string): string | undefined {
    const fresh = tokenInFragment(location.hash);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    if (fresh !== undefined) keepToken(page, fresh);
    return fresh ?? sessionStorage.getItem(keyOf(page)) ?? undefined;
}

/** Somebody pastes another invitation into the same tab: begin again with that one. */
export function restartOnNewInvitation(): void {
    addEventListener('hashchange', () => {
        if (tokenInFragment(location.hash) !== undefined) location.reload();
    });
}
