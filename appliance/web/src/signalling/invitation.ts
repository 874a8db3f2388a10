// The link of an invitation. What it says comes in its fragment, which browsers do not send anywhere; it is taken out of
// the address bar at once, and is nowhere but in this page's memory until the person comes in with it.

import { linkInFragment, type Link } from '../keys/link';
import type { PageName } from './hub_api';

export function takeInvitation(): Link | undefined {
    const link = linkInFragment(location.hash);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
    return link;
}

const kLoginKey = 'sightline.observer.login';

/** For an observer who came in at the console: the observers' page goes on with that login, in this tab. */
export const takeLoginAlong = (): void => sessionStorage.setItem(kLoginKey, 'console');

export const observerLogin = (): PageName => (sessionStorage.getItem(kLoginKey) === 'console' ? 'console' : 'observer');

/** Somebody pastes another invitation into the same tab: begin again with that one. */
export function restartOnNewInvitation(): void {
    addEventListener('hashchange', () => {
        if (linkInFragment(location.hash) !== undefined) location.reload();
    });
}
