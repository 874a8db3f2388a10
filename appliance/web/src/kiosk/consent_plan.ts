// Who is asked what, and what is still open. Pure.

import type { Answer, Item, Person, Subject } from './answers';

export interface Question {
    readonly person: string; // who answers
    readonly onBehalf: string | null; // the child they answer for
    readonly item: Item;
    readonly scope: string;
}

/** What is asked, and by whom it is signed: one after the other answers all of theirs. */
export interface Signer {
    readonly person: string;
    readonly onBehalf: string | null;
    readonly questions: readonly Question[];
}

interface Asked {
    readonly subjects: readonly Subject[];
    readonly people: readonly Pick<Person, 'role' | 'organisation'>[];
    readonly state: string; // of the delegation, ISO 3166-1 alpha-3
}

/** The items in the order in which they are asked, observers once for each organisation that is invited. */
function mattersOf({ people, state }: Asked): readonly (readonly [Item, string])[] {
    const organisations = new Set(people.filter(({ role }) => role === 'observer').map(({ organisation }) => organisation));
    return [
        ['video', ''], ['audio', ''],
        ...[...organisations].filter((name) => name !== '').map((name) => ['observers', name] as const),
        ['metadata', ''],
        ...(state === '' ? [] : [['share-dossier', state] as const]),
    ];
}

/** A child is asked too, after the guardian who answers for it. */
export function signersOf(asked: Asked): readonly Signer[] {
    const matters = mattersOf(asked);
    const signer = (person: string, onBehalf: string | null): Signer => ({
        person, onBehalf, questions: matters.map(([item, scope]) => ({ person, onBehalf, item, scope })),
    });
    return asked.subjects.flatMap(({ person, child, guardian }) =>
        child && guardian !== null ? [signer(guardian, person), signer(person, null)] : [signer(person, null)]);
}

export const sameQuestion = (one: Question, other: Question): boolean =>
    one.person === other.person && one.onBehalf === other.onBehalf && one.item === other.item && one.scope === other.scope;

/** The last word about it, if there is one. */
export function answerTo(question: Question, answers: readonly Answer[]): Answer['answer'] | undefined {
    return answers.filter((each) => sameQuestion(question, {
        person: each.person, onBehalf: each.on_behalf, item: each.item, scope: each.scope,
    })).at(-1)?.answer;
}

export const openQuestions = (signer: Signer, answers: readonly Answer[]): readonly Question[] =>
    signer.questions.filter((question) => answerTo(question, answers) === undefined);

/** The first who still has something to answer. */
export const nextSigner = (signers: readonly Signer[], answers: readonly Answer[]): Signer | undefined =>
    signers.find((signer) => openQuestions(signer, answers).length > 0);

export const allAnswered = (signers: readonly Signer[], answers: readonly Answer[]): boolean =>
    signers.length > 0 && nextSigner(signers, answers) === undefined;

/** Everybody who must agree has. */
export function inForce(item: Item, scope: string, subjects: readonly Subject[], answers: readonly Answer[]): boolean {
    const yes = (person: string, onBehalf: string | null): boolean => answerTo({ person, onBehalf, item, scope }, answers) === 'given';
    return subjects.length > 0 && subjects.every(({ person, child, guardian, suitable }) =>
        suitable && yes(person, null) && (!child || (guardian !== null && yes(guardian, person))));
}
