// What the hub says on the control socket. Everything from the network is checked before it is believed:
// an unreadable message is no message.

export type Role = 'applicant' | 'interviewer' | 'interpreter' | 'observer' | 'staff' | 'other';
export type TrackState = 'on' | 'muted' | 'none';

export interface Person {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    readonly present: boolean;
    readonly publishing: boolean;
    readonly audio: TrackState;
    readonly video: TrackState;
}

export interface Welcome {
    readonly type: 'welcome';
    readonly session: string;
    readonly title: string;
    readonly self: string;
    readonly name: string;
    readonly role: Role;
    readonly may: readonly string[];
}

export type HubMessage =
    | Welcome
    | { readonly type: 'roster'; readonly participants: readonly Person[] }
    | { readonly type: 'slots'; readonly resource: string; readonly slots: readonly (string | null)[] }
    | { readonly type: 'ended'; readonly reason: string }
    | { readonly type: 'error'; readonly code: number; readonly detail: string };

type Fields = Record<string, unknown>;

const kRoles: readonly string[] = ['applicant', 'interviewer', 'interpreter', 'observer', 'staff'];

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '');
const role = (value: unknown): Role => (typeof value === 'string' && kRoles.includes(value) ? (value as Role) : 'other');
const trackState = (value: unknown): TrackState => (value === 'on' || value === 'muted' ? value : 'none');

function person(value: unknown): Person | undefined {
    if (!isFields(value) || typeof value['id'] !== 'string') return undefined;
    return {
        id: value['id'],
        name: text(value['name']),
        role: role(value['role']),
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
                role: role(value['role']),
                may: Array.isArray(value['may']) ? value['may'].filter((deed): deed is string => typeof deed === 'string') : [],
            };
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
        case 'error':
            return { type: 'error', code: typeof value['code'] === 'number' ? value['code'] : 0, detail: text(value['detail']) };
        default:
            return undefined;
    }
}
