// What staff look at before anybody is seen: who it is, the room, the equipment. Each tick is kept in the record of the run.

import type { StaffInterview } from '../answers';
import type { Desk } from '../desk';
import { k } from '../texts';
import { KeptTick } from './fields';
import { Panel } from './panel';

const kItems = {
    'check-in': ['identity-document', 'identity-face'],
    room: ['room-door', 'room-visible', 'room-private'],
    setup: ['setup-camera', 'setup-sound', 'setup-seats', 'setup-water'],
} as const;
export type ChecklistPanel = keyof typeof kItems;
type CheckItem = (typeof kItems)[ChecklistPanel][number];

const keyOf = (item: CheckItem) => `check_${item.replaceAll('-', '_')}` as
    'check_identity_document' | 'check_identity_face' | 'check_room_door' | 'check_room_visible' | 'check_room_private'
    | 'check_setup_camera' | 'check_setup_sound' | 'check_setup_seats' | 'check_setup_water';

/** What is still not ticked, of all that is looked at before the check-in. */
export const openChecks = (session: StaffInterview): readonly string[] =>
    Object.values(kItems).flat().filter((item) => session.checks?.includes(item) !== true);

function Checklist({ desk, session, panel }: { desk: Desk; session: StaffInterview; panel: ChecklistPanel }) {
    return (
        <div class="checklist">
            {kItems[panel].map((item) => (
                <KeptTick
                    key={item} name={item} checked={session.checks?.includes(item) === true}
                    keep={(done) => desk.keep('check', { item, done })}
                >
                    {k(keyOf(item))}
                </KeptTick>
            ))}
        </div>
    );
}

/** A child or a vulnerable person is asked only after somebody has judged that it is good for them. */
function Suitability({ desk, session }: { desk: Desk; session: StaffInterview }) {
    const judged = session.subjects.filter(({ child, suitable }) => child || !suitable);
    if (judged.length === 0) return null;
    return (
        <div class="checklist">
            {judged.map(({ person, name, suitable }) => (
                <KeptTick key={person} name={`suitable-${person}`} checked={suitable} keep={(fit) => desk.keep('subject.judge', { person, suitable: fit })}>
                    {k('check_suitable', { name: name ?? '' })}
                </KeptTick>
            ))}
        </div>
    );
}

export function ChecklistPanel({ desk, session, panel }: { desk: Desk; session: StaffInterview; panel: ChecklistPanel }) {
    return (
        <Panel name={panel}>
            <Checklist desk={desk} session={session} panel={panel} />
            {panel === 'check-in' && <Suitability desk={desk} session={session} />}
        </Panel>
    );
}
