// What the kiosk answers, as far as this page reads it. It is a program on the same computer: members are believed, and
// those that an older one leaves out are read as "not known".

export type State = 'scheduled' | 'checked-in' | 'consenting' | 'waiting' | 'live' | 'paused' | 'ended';
export type PauseReason = 'break' | 'private-talk' | 'link-lost' | 'distress';
export type Item = 'video' | 'audio' | 'observers' | 'metadata' | 'share-dossier';
export type Role = 'applicant' | 'interviewer' | 'interpreter' | 'observer';
export type View = 'face' | 'room' | 'document';

export interface Subject {
    readonly person: string;
    readonly name?: string;
    readonly child: boolean;
    readonly guardian: string | null;
    readonly guardian_name?: string;
    readonly suitable: boolean;
}

/** Somebody's answer about an item, in the order in which answers were given. */
export interface Answer {
    readonly person: string;
    readonly on_behalf: string | null;
    readonly item: Item;
    readonly scope: string;
    readonly answer: 'given' | 'refused' | 'withdrawn';
}

/** Somebody who takes part, as the applicant may know them. */
export interface Person {
    readonly id: string;
    readonly name: string;
    readonly role: Role;
    readonly organisation: string;
    readonly place: 'lobby' | 'admitted';
    readonly present: boolean;
    readonly undertaken?: boolean;
}

/** Somebody who takes part, as staff may know them. */
export interface Participant extends Person {
    readonly device?: 'none' | 'unvouched' | 'vouched';
    readonly device_code?: string;
    readonly invitation: 'none' | 'open' | 'used';
    readonly language?: string;
    readonly dialect?: string;
    readonly heard?: boolean;
}

/** What both sides are told of an interview. */
export interface Interview {
    readonly id: string;
    readonly state: State;
    readonly pause: PauseReason | null;
    readonly pause_until?: number | null;
    readonly training: boolean;
    readonly send: { readonly audio: boolean; readonly video: boolean };
    readonly understood?: boolean | null;
    readonly view?: View;
    readonly asked_view?: View | '';
    readonly live_ms?: number;
    readonly consents: readonly Answer[];
    readonly subjects: readonly Subject[];
}

/** `applicant.view`: no token is needed for it. */
export interface ApplicantInterview extends Interview {
    readonly delegation: string;
    readonly basis: 'consent' | 'notice';
    readonly people: readonly Person[];
}
export interface ApplicantView { readonly session: ApplicantInterview | null; readonly hub?: boolean }

/** `status` with a token. */
export interface StaffInterview extends Interview {
    readonly title: string;
    readonly delegation: { readonly state: string; readonly basis: 'consent' | 'notice' };
    readonly planned?: number | null;
    readonly checks?: readonly string[];
    readonly participants: readonly Participant[];
    readonly words_judged?: Readonly<Record<string, boolean>>;
    readonly known_to_hub?: boolean;
}
export interface StoreStatus { readonly open: boolean; readonly new: boolean }
export interface Status {
    readonly session: StaffInterview | null;
    readonly store?: StoreStatus;
    readonly hub?: { readonly connected?: boolean };
    readonly mute?: { readonly audio: boolean; readonly video: boolean };
}

export interface SessionLine {
    readonly id: string;
    readonly title: string;
    /** When one that waits or runs is to begin: milliseconds since 1970. */
    readonly planned: number | null;
    readonly opened: string;
    readonly ended: string | null;
    readonly state: string;
    readonly end_reason: string | null;
}

export interface ConsentText {
    readonly item: Item;
    readonly language: string;
    readonly review: 'original' | 'reviewed' | 'draft';
    readonly sha256: string;
    readonly body: string;
}

export interface SelfTestCheck {
    readonly name: string;
    readonly ok: boolean;
    readonly what: string;
    readonly what_to_do: string;
}
