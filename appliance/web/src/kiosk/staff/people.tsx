// Who takes part from afar: let in, sent back, removed with a reason, invited.

import { useState } from 'preact/hooks';
import type { Participant, StaffInterview } from '../answers';
import type { Desk } from '../desk';
import { Dialog } from '../dialog';
import type { Guest } from '../plan_form';
import { language } from '../../i18n';
import { countryName } from '../../i18n/countries';
import { k, named } from '../texts';
import { TextField } from './fields';
import { Invite, LinkCard } from './invite';
import { Panel } from './panel';

/** Whoever is here and still waits. Pure. */
export const waitingOf = (session: StaffInterview): readonly Participant[] =>
    session.participants.filter(({ role, place, present }) => role !== 'applicant' && place === 'lobby' && present);

const mayAdmit = ({ state }: StaffInterview): boolean => state !== 'scheduled' && state !== 'checked-in' && state !== 'ended';

/** In words, what staff must know of somebody before they let them in. */
function remarksOf(person: Participant): string {
    return [
        named(`part_${person.role}`, person.role), countryName(person.organisation, language.value),
        person.place === 'admitted' ? k(person.present ? 'place_in' : 'place_gone') : k(person.present ? 'place_waiting' : person.invitation === 'open' ? 'place_invited' : 'place_away'),
        person.device === 'unvouched' ? k('device_unvouched', { code: person.device_code ?? '' }) : '',
        person.role === 'interpreter' || person.role === 'observer' ? k(person.undertaken === true ? 'undertaken' : 'not_undertaken') : '',
        [person.language, person.dialect].filter(Boolean).join(', '),
        person.role === 'interpreter' && person.heard === true ? k('heard_both') : '',
    ].filter(Boolean).join(' · ');
}

const kReasons = ['language', 'dialect', 'acquainted', 'gender', 'connection', 'unavailable', 'conduct'] as const;

function RemoveDialog({ desk, person, close, swapped }: { desk: Desk; person: Participant; close: () => void; swapped: (role: Guest['role']) => void }) {
    const [reason, setReason] = useState('');
    const remove = async (): Promise<void> => {
        const reply = await desk.act('participant.remove', { participant: person.id, reason: reason.trim() });
        if (reply?.ok === true && person.role === 'interpreter') swapped('interpreter');
        close();
    };
    return (
        <Dialog name="remove" heading={k('remove_heading', { name: person.name })} close={close}>
            <p>{k('remove_text')}</p>
            <div class="quick" role="group" aria-label={k('remove_reason')}>
                {kReasons.map((each) => {
                    const text = k(`reason_${each}`);
                    return <button key={each} type="button" data-reason={each} aria-pressed={reason === text} onClick={() => setReason(text)}>{text}</button>;
                })}
            </div>
            <TextField id="remove-reason" label={k('remove_reason')} value={reason} change={setReason} />
            <div class="dialog-row">
                <button type="button" class="danger" data-action="remove-confirm" aria-disabled={reason.trim() === ''} onClick={() => reason.trim() !== '' && void remove()}>
                    {k('remove')}
                </button>
                <button type="button" data-action="close-dialog" onClick={close}>{k('back')}</button>
            </div>
        </Dialog>
    );
}

function Row({ desk, session, person, remove }: { desk: Desk; session: StaffInterview; person: Participant; remove: () => void }) {
    const [shown, setShown] = useState(false);
    const link = desk.links.value.get(person.id);
    const move = (verb: string): void => void desk.act(verb, { participant: person.id }, session.state);
    return (
        <li data-participant={person.id} data-role={person.role} data-place={person.place} data-present={person.present}>
            <span class="presence" aria-hidden="true" />
            <span class="who"><bdi class="name">{person.name}</bdi><span class="role">{remarksOf(person)}</span></span>
            <span class="row">
                {person.place === 'lobby' && mayAdmit(session) && (
                    <button type="button" data-action="admit" aria-label={`${k('admit')}: ${person.name}`} onClick={() => move('participant.admit')}>{k('admit')}</button>
                )}
                {person.place === 'admitted' && (
                    <button type="button" data-action="send-back" aria-label={`${k('send_back')}: ${person.name}`} onClick={() => move('participant.send-back')}>{k('send_back')}</button>
                )}
                {link !== undefined && (
                    <button type="button" data-action="show-link" aria-expanded={shown} aria-label={`${k('link_show')}: ${person.name}`} onClick={() => setShown(!shown)}>{k('link_show')}</button>
                )}
                <button type="button" data-action="remove" aria-haspopup="dialog" aria-label={`${k('remove')}: ${person.name}`} onClick={remove}>{k('remove')}</button>
            </span>
            {shown && link !== undefined && <LinkCard link={link} />}
        </li>
    );
}

export function PeoplePanel({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const [removing, setRemoving] = useState<Participant | undefined>(undefined);
    const [next, setNext] = useState<Guest['role']>('interviewer');
    const people = session.participants.filter(({ role }) => role !== 'applicant');
    const waiting = waitingOf(session);
    const admitAll = async (): Promise<void> => {
        for (const person of waiting) {
            // Somebody may have left meanwhile; the others come in all the same.
            const reply = await desk.act('participant.admit', { participant: person.id }, session.state);
            if (reply?.ok === false && reply.code !== 'conflict') return;
        }
    };
    return (
        <Panel name="people">
            {waiting.length > 0 && mayAdmit(session) && (
                <button type="button" class="primary" data-action="admit-all" onClick={() => void admitAll()}>
                    {waiting.length === 1 ? k('admit_one', { name: waiting[0]?.name ?? '' }) : k('admit_all', { count: String(waiting.length) })}
                </button>
            )}
            {people.length === 0 && <p class="hint">{k('nobody_invited')}</p>}
            <ul class="lines participants">
                {people.map((person) => <Row key={person.id} desk={desk} session={session} person={person} remove={() => setRemoving(person)} />)}
            </ul>
            <Invite key={next} desk={desk} first={next} />
            {removing !== undefined && <RemoveDialog desk={desk} person={removing} close={() => setRemoving(undefined)} swapped={setNext} />}
        </Panel>
    );
}
