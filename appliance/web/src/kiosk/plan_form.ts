// What staff write when they plan an interview, as the kiosk is asked for it. Pure.

export interface PlannedPerson {
    readonly person?: string; // of the dossier
    readonly name: string;
    readonly child: boolean;
    readonly guardian: string;
}
export interface Guest {
    readonly role: 'interviewer' | 'interpreter' | 'observer';
    readonly name: string;
    readonly organisation: string;
}
export interface PlanForm {
    readonly title: string;
    readonly dossier: string;
    readonly persons: readonly PlannedPerson[];
    readonly state: string;
    readonly basis: 'consent' | 'notice';
    readonly training: boolean;
    readonly at: string; // of a field for date and time, in the kiosk's time
    readonly guests: readonly Guest[];
}

/** Where resettled people are received; any other state is written by its three letters. */
export const kStates = ['AUS', 'AUT', 'BEL', 'BGR', 'BRA', 'CAN', 'CHE', 'CHL', 'CZE', 'DEU', 'DNK', 'ESP', 'EST', 'FIN', 'FRA', 'GBR',
    'HRV', 'HUN', 'IRL', 'ISL', 'ITA', 'JPN', 'KOR', 'LTU', 'LUX', 'LVA', 'MCO', 'NLD', 'NOR', 'NZL', 'POL', 'PRT', 'ROU', 'SVK', 'SVN',
    'SWE', 'URY', 'USA'] as const;

export const kNobody: PlannedPerson = { name: '', child: false, guardian: '' };
export const kNoGuest: Guest = { role: 'interviewer', name: '', organisation: '' };

function subjectOf({ person, name, child, guardian }: PlannedPerson): Record<string, unknown> {
    return { ...(person === undefined ? { name: name.trim() } : { person }), ...(child ? { child, guardian: guardian.trim() } : {}) };
}

/** The members of `session.schedule`; what is missing the kiosk says. */
export function scheduleOf(form: PlanForm): Record<string, unknown> {
    const at = form.at === '' ? NaN : new Date(form.at).getTime();
    return {
        title: form.title.trim(),
        ...(form.dossier === '' ? {} : { dossier: form.dossier }),
        subjects: form.persons.filter(({ person, name }) => person !== undefined || name.trim() !== '').map(subjectOf),
        delegation: { state: form.state.trim().toUpperCase(), basis: form.basis },
        training: form.training,
        ...(Number.isNaN(at) ? {} : { at }),
    };
}

export const guestsOf = (form: Pick<PlanForm, 'guests'>): readonly Guest[] =>
    form.guests.map(({ role, name, organisation }) => ({ role, name: name.trim(), organisation: organisation.trim() }))
        .filter(({ name }) => name !== '');
