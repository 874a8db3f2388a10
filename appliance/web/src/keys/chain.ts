// Whether a kiosk is the one that the link was made by: its own key is pinned there, or the delegation's root is, and
// a mission signed by that root names this kiosk's key for the present time.

import { calculateJwkThumbprint, type JWK } from 'jose';
import { publicPart } from './identity';
import type { Challenge } from './letters';
import { verified } from './sealing';

export type ChainTrouble =
    | 'unpinned' // neither key is the one of the link
    | 'mission'  // the mission is not signed by the root, or is of another kiosk
    | 'time';    // the mission is not of today, or this computer's clock is wrong

export type Judgement =
    | { readonly trusted: true; readonly kiosk: JWK; readonly thumbprint: string }
    | { readonly trusted: false; readonly why: ChainTrouble };

interface Mission {
    readonly delegation?: unknown;
    readonly kiosk?: unknown;
    readonly from?: unknown;
    readonly until?: unknown;
}

const kMission = 'sightline-mission';

const thumbprintOf = async (key: unknown): Promise<string> => {
    try {
        return await calculateJwkThumbprint(publicPart(key as JWK));
    } catch {
        return ''; // Equal to no pin.
    }
};

const refused = (why: ChainTrouble): Judgement => ({ trusted: false, why });

/** `now`: seconds since 1970. */
export async function judgeKiosk(challenge: Challenge, pin: string, now: number): Promise<Judgement> {
    const kiosk = publicPart(challenge.kiosk);
    const thumbprint = await thumbprintOf(kiosk);
    if (thumbprint === '') return refused('unpinned');
    if (thumbprint === pin) return { trusted: true, kiosk, thumbprint };
    if (challenge.root === undefined || challenge.mission === undefined) return refused('unpinned');
    if (await thumbprintOf(challenge.root) !== pin) return refused('unpinned');
    const said = await verified(challenge.mission, publicPart(challenge.root), [kMission]);
    if (said === undefined) return refused('mission');
    const mission = said.payload as Mission;
    if (mission.delegation !== pin || await thumbprintOf(mission.kiosk) !== thumbprint) return refused('mission');
    if (typeof mission.from !== 'number' || typeof mission.until !== 'number') return refused('mission');
    if (now < mission.from || now >= mission.until) return refused('time');
    return { trusted: true, kiosk, thumbprint };
}
