// The token of an invitation. It comes in the fragment of the link, which browsers do not send anywhere; it is taken
// out of the address bar at once, and is nowhere but in this page's memory until the person comes in with it.

import type { PageName } from './hub_api';

const kTokenForm = /^[A-Za-z0-9_-]{43}$/;

export const tokenInFragment = (fragment: string): string | undefined => {
    const token = fragment.replace(/^#/, '');
    return kTokenForm.test(token) ? token : undefined;
};

export function takeInvitation(): string | undefined {
    const invitation = tokenInFragment(location.hash);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    return invitation;
}

const kLoginKey = 'sightline.observer.login';

/** For an observer who came in at the console: the observers' page goes on with that login, in this tab. */
export const takeLoginAlong = (): void => sessionStorage.setItem(kLoginKey, 'console');

export const observerLogin = (): PageName => (sessionStorage.getItem(kLoginKey) === 'console' ? 'console' : 'observer');

/** Somebody pastes another invitation into the same tab: begin again with that one. */
export function restartOnNewInvitation(): void {
    addEventListener('hashchange', () => {
        if (tokenInFragment(location.hash) !== undefined) location.reload();
    });
}
