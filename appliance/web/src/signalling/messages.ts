// What the hub says on the control socket. Everything from the network is checked before it is believed:
// an unreadable message is no message.

export type Role = 'applicant' | 'interviewer' | 'interpreter' | 'observer' | 'staff' | 'other';
export type TrackState = 'on' | 'muted' | 'none';

export interface Person {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    /** On whose behalf; may be empty. */
    readonly organisation: string;
    readonly present: boolean;
    readonly publishing: boolean;
    readonly audio: TrackState;
    readonly video: TrackState;
    /** The hub lists them, and the kiosk has not vouched for any device of theirs: they have no keys. */
    readonly unconfirmed?: boolean;
}

/** Where a person is. In the lobby nobody sees or hears them, and they are told of nobody. */
export type Place = 'lobby' | 'admitted';

/** Where the interview stands. `pause` is there when it is paused, `endReason` when it has ended and we may know how. */
export interface Standing {
    readonly state: 'scheduled' | 'checked-in' | 'consenting' | 'waiting' | 'live' | 'paused' | 'ended';
    readonly pause: 'break' | 'private-talk' | 'link-lost' | 'distress' | undefined;
    readonly endReason: string;
}

export interface Welcome {
    readonly type: 'welcome';
    readonly session: string;
    readonly title: string;
    readonly self: string;
    readonly name: string;
    readonly role: Role;
    readonly place: Place;
    readonly standing: Standing;
    /** What the hub lets us do now: publish, subscribe, signal, pause, end. */
    readonly may: readonly string[];
}

export type HubMessage =
    | Welcome
    | { readonly type: 'place'; readonly place: Place; readonly title: string }
    | { readonly type: 'state'; readonly standing: Standing; readonly may: readonly string[] }
    | { readonly type: 'roster'; readonly participants: readonly Person[] }
    | { readonly type: 'slots'; readonly resource: string; readonly slots: readonly (string | null)[] }
    | { readonly type: 'letter'; readonly text: string } // of the kiosk, for src/keys
    | { readonly type: 'ended'; readonly reason: string }
    | { readonly type: 'error'; readonly code: number; readonly detail: string };

type Fields = Record<string, unknown>;

const kRoles: readonly string[] = ['applicant', 'interviewer', 'interpreter', 'observer', 'staff'];

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');
export const roleOf = (value: unknown): Role => (typeof value === 'string' && kRoles.includes(value) ? (value as Role) : 'other');
const list = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
const place = (value: unknown): Place => (value === 'admitted' ? 'admitted' : 'lobby');

const kStates = ['scheduled', 'checked-in', 'consenting', 'waiting', 'live', 'paused', 'ended'] as const;
const kPauses = ['break', 'private-talk', 'link-lost', 'distress'] as const;

/** What cannot be read means that nobody is to be seen: a state of a later version counts as waiting. */
function standing(value: Fields): Standing {
    const state = kStates.find((known) => known === value['state']) ?? 'waiting';
    const pause = kPauses.find((known) => known === value['pause']) ?? 'break';
    return {
        state,
        pause: state === 'paused' ? pause : undefined,
        endReason: state === 'ended' ? text(value['end_reason']) : '',
    };
}

const trackState = (value: unknown): TrackState => (value === 'on' || value === 'muted' ? value : 'none');

function person(value: unknown): Person | undefined {
    if (!isFields(value) || typeof value['id'] !== 'string') return undefined;
    return {
        id: value['id'],
        name: text(value['name']),
        role: roleOf(value['role']),
        organisation: text(value['organisation']),
        present: value['present'] === true,
        publishing: value['publishing'] === true,
        audio: trackState(value['audio']),
        video: trackState(value['video']),
    };
}

export function parseHubMessage(data: unknown): HubMessage | undefined {
    if (typeof data !== 'string') return undefined;
    let value: unknown;
    try {
        value = JSON.parse(data);
    } catch {
        return undefined;
    }
    if (!isFields(value)) return undefined;
    switch (value['type']) {
        case 'welcome':
            if (typeof value['self'] !== 'string' || typeof value['session'] !== 'string') return undefined;
            return {
                type: 'welcome',
                session: value['session'],
                title: text(value['title']),
                self: value['self'],
                name: text(value['name']),
                role: roleOf(value['role']),
                place: place(value['place']),
                standing: standing(value),
                may: list(value['may']),
            };
        case 'place':
            return { type: 'place', place: place(value['place']), title: text(value['title']) };
        case 'state':
            return { type: 'state', standing: standing(value), may: list(value['may']) };
        case 'roster':
            if (!Array.isArray(value['participants'])) return undefined;
            return {
                type: 'roster',
                participants: value['participants'].map(person).filter((found): found is Person => found !== undefined),
            };
        case 'slots':
            if (typeof value['resource'] !== 'string' || !Array.isArray(value['slots'])) return undefined;
            return {
                type: 'slots',
                resource: value['resource'],
                slots: value['slots'].map((id): string | null => (typeof id === 'string' ? id : null)),
            };
        case 'ended':
            return { type: 'ended', reason: text(value['reason']) };
        case 'letter':
            return typeof value['text'] === 'string' ? { type: 'letter', text: value['text'] } : undefined;
        case 'error':
            return { type: 'error', code: typeof value['code'] === 'number' ? value['code'] : 0, detail: text(value['detail']) };
        default:
            return undefined;
    }
}
