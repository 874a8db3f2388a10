// An interview as the mock of the kiosk keeps it: its people, its answers and where it stands.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer, ConsentText, Item, Participant, PauseReason, State, Subject, View } from '../../src/kiosk/answers';

export type Said = Record<string, unknown>;

export interface Recorded extends Answer {
    readonly mode: string;
    readonly language: string;
    readonly text_sha256: string;
    readonly interpreter: string;
    readonly mark: string;
}

export interface MockInterview {
    readonly id: string;
    readonly title: string;
    readonly training: boolean;
    readonly delegation: { readonly state: string; readonly basis: 'consent' | 'notice' };
    state: State;
    pause: PauseReason | null;
    pause_until: number | null;
    planned: number | null;
    checks: string[];
    understood: boolean | null;
    view: View;
    asked_view: View | '';
    live_ms: number;
    subjects: Subject[];
    participants: Participant[];
    consents: Recorded[];
    words_judged: Record<string, boolean>;
}

let made = 0;
/** Sixteen hexadecimal digits, another one each time. */
export const nextId = (): string => (0xa000000000000000n + BigInt(made++)).toString(16);

/** A refusal of the kiosk, with its code. */
export class Refused extends Error {
    constructor(readonly code: string, text: string) {
        super(text);
    }
}

export async function consentTexts(folder: string): Promise<ConsentText[]> {
    const texts: ConsentText[] = [];
    for (const language of await readdir(folder)) {
        const files = await readdir(join(folder, language, 'consent')).catch(() => []);
        for (const file of files.filter((name) => /^[a-z-]+\.txt$/.test(name))) {
            const text = await readFile(join(folder, language, 'consent', file), 'utf8');
            const body = text.slice(text.indexOf('\n\n') + 2);
            const review = /^review: (\w+)/.exec(text)?.[1] as ConsentText['review'];
            texts.push({ item: file.slice(0, -4) as Item, language, review, body, sha256: createHash('sha256').update(body).digest('hex') });
        }
    }
    return texts;
}

const kWays: Readonly<Record<string, readonly (readonly [State, State])[]>> = {
    'check-in': [['scheduled', 'checked-in']],
    'open-consent': [['checked-in', 'consenting'], ['waiting', 'consenting']],
    'close-consent': [['consenting', 'waiting']],
    start: [['waiting', 'live']],
    pause: [['live', 'paused'], ['paused', 'paused']],
    resume: [['paused', 'live']],
    end: (['scheduled', 'checked-in', 'consenting', 'waiting', 'live', 'paused'] as const).map((from) => [from, 'ended']),
};

/** As session/model/state: what is not listed is refused. */
export function takeStep(session: MockInterview, said: Said, now: number): void {
    const step = String(said['step']);
    const way = kWays[step]?.find(([from]) => from === session.state);
    if (way === undefined) throw new Refused('conflict', `${step}: the interview is ${session.state}`);
    if ((step === 'pause' || step === 'end') && typeof said['reason'] !== 'string') throw new Refused('malformed', `${step}: the reason is missing`);
    const minutes = said['minutes'];
    if (step === 'pause' && session.pause === said['reason'] && minutes === undefined)
        throw new Refused('conflict', 'pause: the interview is paused for that already');
    session.state = way[1];
    session.pause = step === 'pause' ? said['reason'] as PauseReason : null;
    session.pause_until = step === 'pause' && typeof minutes === 'number' ? now + minutes * 60_000 : null;
}

/** As session/consent/ledger, as far as pages can get it wrong. */
export function record(session: MockInterview, said: Said, texts: readonly ConsentText[]): void {
    const text = texts.find(({ sha256 }) => sha256 === said['text_sha256']);
    if (text === undefined || text.item !== said['item'] || text.language !== said['language'])
        throw new Refused('not-found', 'record a consent: nobody here has such a text');
    if (text.review === 'draft' && !session.training) throw new Refused('conflict', 'record a consent: this text is a draft, for training only');
    const needs = text.item === 'observers' || text.item === 'share-dossier';
    if (needs !== (said['scope'] !== undefined)) throw new Refused('malformed', 'record a consent: a scope is missing, or too much');
    const child = session.subjects.find(({ person }) => person === said['on_behalf']);
    const known = child === undefined ? session.subjects.some(({ person }) => person === said['person']) : child.guardian === said['person'];
    if (!known) throw new Refused('not-found', 'record a consent: this person does not take part');
    if (!/^[ML\d. -]*$/.test(String(said['mark'] ?? ''))) throw new Refused('malformed', 'record a consent: the mark is no path');
    session.consents.push({
        person: String(said['person']), on_behalf: (said['on_behalf'] as string | undefined) ?? null, item: text.item,
        scope: String(said['scope'] ?? ''), answer: said['answer'] as 'given' | 'refused', mode: String(said['mode']),
        language: text.language, text_sha256: text.sha256, interpreter: String(said['interpreter'] ?? ''), mark: String(said['mark'] ?? ''),
    });
}
