// Two dossiers of nobody, written by a kiosk and an officer of the delegation, with a conflict, a withdrawal and what the
// page cannot read.

import type { Json } from '../../src/sync/json_text';
import type { Change } from '../../src/sync/op_content';
import type { Replica } from '../../src/sync/replica';
import type { Delegation, OwnSite } from './office_circle';
import type { OfficeHub } from './office_hub';

export const kFirst = 'd0551e00000000b1';
export const kSecond = 'd0551e00000000b2';
const kPerson = '00000000000000a1';
const kChild = '00000000000000a2';

const set = (path: string, value: Json): Change => ({ kind: 'set', path, value });

export class Writers {
    private constructor(
        readonly kiosk: Replica, readonly officer: Replica, private readonly hub_: OfficeHub,
    ) {}

    static async of(delegation: Delegation, kiosk: OwnSite, officer: OwnSite, circle: string, hub: OfficeHub): Promise<Writers> {
        return new Writers(await delegation.replica(kiosk, circle), await delegation.replica(officer, circle), hub);
    }

    async say(by: Replica, dossier: string, at: string, changes: readonly Change[]): Promise<void> {
        const arrival = await by.make(dossier, { author: 'officer 1', at: Date.parse(at), changes });
        by.apply(arrival);
        await this.hub_.add(arrival.op.text);
    }

    async catchUp(replica: Replica): Promise<void> {
        for (const { op } of this.hub_.rows) {
            const arrival = await replica.judge(op.text);
            if (arrival.judgement.verdict === 'next') replica.apply(arrival);
        }
    }

    async writeAll(): Promise<void> {
        await this.say(this.kiosk, kFirst, '2026-11-02T09:00:00Z', [
            set('case/number', '123-45C67890'), set('case/size', 2), set('case/registered', '2024-05'),
            set('case/country_of_asylum', 'ROU'), set('case/office', 'Office 1'),
            set(`persons/${kPerson}`, true), set(`persons/${kPerson}/relation`, 'self'),
            set(`persons/${kPerson}/given_names`, 'Applicant'), set(`persons/${kPerson}/family_name`, 'A'),
            set(`persons/${kPerson}/birth_date`, '1984-06-11'), set(`persons/${kPerson}/sex`, 'female'),
            set(`persons/${kPerson}/nationality`, 'SOM'), set(`persons/${kPerson}/spoken_languages`, ['so', 'ar']),
            set(`persons/${kPerson}/specific_needs`, ['WR', 'DS-BD']), set(`persons/${kPerson}/interviewer_gender`, 'female'),
            set(`persons/${kChild}`, true), set(`persons/${kChild}/relation`, 'child'),
            set(`persons/${kChild}/given_names`, 'Child'), set(`persons/${kChild}/family_name`, 'A'),
            set(`persons/${kChild}/birth_date`, '2016'), set(`persons/${kChild}/sex`, 'male'),
            set('claim/grounds', ['social_group', 'political_opinion']), set('claim/country_of_origin', 'SOM'),
            set('claim/summary', 'They left when the house was searched for the second time.\n\nSince then they have lived in the centre.'),
            set('need/primary_category', 'women_and_girls_at_risk'), set('need/priority', 'urgent'),
            set('need/statement', 'There is nobody who could take them in where they are.'),
            set('relationships/00000000000000c1', true), set('relationships/00000000000000c1/person', kPerson),
            set('relationships/00000000000000c1/other', kChild), set('relationships/00000000000000c1/kind', 'parent'),
            set('confidential/00000000000000d1', true), set('confidential/00000000000000d1/person', kPerson),
            set('confidential/00000000000000d1/text', 'Not to be told to the others.'),
            { kind: 'consent', path: `consents/${kPerson}/share-dossier`, answer: 'given', record: { mode: 'touch' } },
            { kind: 'consent', path: `consents/${kPerson}/observers`, answer: 'given', record: { mode: 'touch' } },
        ]);
        await this.say(this.kiosk, kSecond, '2026-11-02T10:00:00Z', [
            set('case/number', '123-45-67891'), set(`persons/${kPerson}`, true), set(`persons/${kPerson}/relation`, 'self'),
            set(`persons/${kPerson}/given_names`, 'Applicant'), set(`persons/${kPerson}/family_name`, 'B'),
            set('need/priority', 'normal'), set('other/value', 'has no place'),
        ]);
        await this.catchUp(this.officer);
        await this.say(this.officer, kFirst, '2026-11-03T08:30:00Z', [
            set(`persons/${kPerson}/birth_date`, '1985'), set('notes/00000000000000e1/text', 'Interview of 3 November: clear and consistent.'),
        ]);
        await this.say(this.kiosk, kFirst, '2026-11-03T08:40:00Z', [
            set(`persons/${kPerson}/birth_date`, '1986-06'), { kind: 'remove', path: `persons/${kChild}` },
            { kind: 'consent', path: `consents/${kPerson}/observers`, answer: 'withdrawn', record: { mode: 'spoken' } },
        ]);
        await this.say(this.officer, kFirst, '2026-11-03T08:50:00Z', [set(`persons/${kChild}/occupation`, 'Goes to school.')]);
        await this.catchUp(this.officer);
        await this.catchUp(this.kiosk);
    }
}
