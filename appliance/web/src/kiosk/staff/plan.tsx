// Planning an interview: what it is called, whom it is about, where it goes, and who takes part from afar.

import { useEffect, useState } from 'preact/hooks';
import { countryName } from '../../i18n/countries';
import { language } from '../../i18n';
import { Heading } from '../applicant/heading';
import type { Desk } from '../desk';
import type { Refusal } from '../kiosk_api';
import { guestsOf, kNobody, kNoGuest, kStates, scheduleOf, type Guest, type PlanForm, type PlannedPerson } from '../plan_form';
import { k } from '../texts';
import { Trouble } from '../trouble';
import { Choice, TextField, Tick } from './fields';
import { GuestFields } from './invite';

const kEmpty: PlanForm = {
    title: '', dossier: '', persons: [kNobody], state: '', basis: 'consent', training: false, at: '', guests: [kNoGuest],
};

interface DossierLine { readonly dossier: string; readonly readable: boolean; readonly number?: string }
interface DossierForm { readonly persons?: Readonly<Record<string, { readonly given_names?: string; readonly family_name?: string }>> }

function useDossiers(desk: Desk): readonly DossierLine[] {
    const [dossiers, setDossiers] = useState<readonly DossierLine[]>([]);
    useEffect(() => {
        void desk.ask<{ dossiers: readonly DossierLine[] }>('dossier.list').then((reply) => {
            // Somebody new can be planned for without any dossier.
            if (reply.ok) setDossiers(reply.dossiers.filter(({ readable }) => readable));
        });
    }, []);
    return dossiers;
}

function Persons({ persons, change }: { persons: readonly PlannedPerson[]; change: (persons: readonly PlannedPerson[]) => void }) {
    const set = (at: number, part: Partial<PlannedPerson>): void => change(persons.map((each, index) => (index === at ? { ...each, ...part } : each)));
    return (
        <fieldset>
            <legend>{k('plan_persons')}</legend>
            {persons.map((person, at) => (
                <div class="plan-person" key={at}>
                    <TextField id={`person-${at}`} label={k('plan_name')} value={person.name} change={(name) => set(at, { name })} />
                    <Tick name={`child-${at}`} checked={person.child} change={(child) => set(at, { child })}>{k('plan_child')}</Tick>
                    {person.child && (
                        <TextField id={`guardian-${at}`} label={k('plan_guardian')} value={person.guardian} change={(guardian) => set(at, { guardian })} />
                    )}
                </div>
            ))}
            <button type="button" data-action="add-person" onClick={() => change([...persons, kNobody])}>{k('plan_add_person')}</button>
        </fieldset>
    );
}

function Guests({ guests, change }: { guests: readonly Guest[]; change: (guests: readonly Guest[]) => void }) {
    return (
        <fieldset>
            <legend>{k('plan_guests')}</legend>
            {guests.map((guest, at) => (
                <GuestFields key={at} id={`guest-${at}`} guest={guest} change={(next) => change(guests.map((each, index) => (index === at ? next : each)))} />
            ))}
            <button type="button" data-action="add-guest" onClick={() => change([...guests, { ...kNoGuest, role: guests.length === 1 ? 'interpreter' : 'observer' }])}>
                {k('plan_add_guest')}
            </button>
        </fieldset>
    );
}

function DossierChoice({ desk, form, set }: { desk: Desk; form: PlanForm; set: (part: Partial<PlanForm>) => void }) {
    const dossiers = useDossiers(desk);
    if (dossiers.length === 0) return null;
    const choose = async (dossier: string): Promise<void> => {
        set({ dossier, persons: [kNobody] });
        if (dossier === '') return;
        const reply = await desk.ask<{ form?: DossierForm }>('dossier.show', { dossier });
        if (!reply.ok) return;
        const persons = Object.entries(reply.form?.persons ?? {}).map(([person, { given_names, family_name }]) => ({
            ...kNobody, person, name: [given_names, family_name].filter(Boolean).join(' '),
        }));
        if (persons.length > 0) set({ dossier, persons });
    };
    return (
        <Choice
            id="plan-dossier" label={k('plan_dossier')} value={form.dossier} change={(dossier) => void choose(dossier)}
            options={[['', k('plan_no_dossier')], ...dossiers.map(({ dossier, number }) => [dossier, number || k('plan_no_number')] as const)]}
        />
    );
}

export function Plan({ desk }: { desk: Desk }) {
    const [form, setForm] = useState(kEmpty);
    const [other, setOther] = useState(false);
    const [trouble, setTrouble] = useState<Refusal>();
    const set = (part: Partial<PlanForm>): void => setForm((before) => ({ ...before, ...part }));
    const states = kStates.map((code) => [code, countryName(code, language.value)] as const)
        .sort((a, b) => a[1].localeCompare(b[1], language.value));

    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        const reply = await desk.act('session.schedule', scheduleOf(form));
        if (reply === undefined) return;
        if (!reply.ok) {
            setTrouble(reply);
            return;
        }
        for (const guest of guestsOf(form)) {
            const invited = await desk.act<{ participant: string; link: string }>('invite', { ...guest });
            if (invited?.ok === true) desk.keepLink(invited.participant, { name: guest.name, link: invited.link });
        }
        await desk.lookNow();
        desk.chosen.value = undefined;
    };
    return (
        <form class="screen plan" onSubmit={(event) => void submit(event)}>
            <Heading of="plan">{k('plan_heading')}</Heading>
            <TextField id="plan-title" label={k('plan_title')} value={form.title} change={(title) => set({ title })} hint={k('plan_title_hint')} />
            <DossierChoice desk={desk} form={form} set={set} />
            <Persons persons={form.persons} change={(persons) => set({ persons })} />
            <Choice
                id="plan-state" label={k('plan_state')} value={other ? 'other' : form.state}
                options={[['', k('plan_choose')], ...states, ['other', k('plan_state_other')]]}
                change={(state) => { setOther(state === 'other'); set({ state: state === 'other' ? '' : state }); }}
            />
            {other && <TextField id="plan-state-code" label={k('plan_state_code')} value={form.state} change={(state) => set({ state })} />}
            <Choice
                id="plan-basis" label={k('plan_basis')} value={form.basis} change={(basis) => set({ basis })}
                options={[['consent', k('basis_consent')], ['notice', k('basis_notice')]]}
            />
            <TextField id="plan-at" label={k('plan_at')} type="datetime-local" value={form.at} change={(at) => set({ at })} hint={k('plan_at_hint')} />
            <Tick name="training" checked={form.training} change={(training) => set({ training })}>{k('plan_training')}</Tick>
            <Guests guests={form.guests} change={(guests) => set({ guests })} />
            <Trouble refusal={trouble} />
            <div class="row">
                <button class="primary big" data-action="schedule">{k('schedule')}</button>
                <button type="button" data-action="today" onClick={() => { desk.chosen.value = 'today'; }}>{k('back')}</button>
            </div>
        </form>
    );
}
