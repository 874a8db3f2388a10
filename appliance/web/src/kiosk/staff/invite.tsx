// Inviting somebody, and the link that comes of it: to copy, or to scan with another device.

import qrcode from 'qrcode-generator';
import { useState } from 'preact/hooks';
import type { Desk, Link } from '../desk';
import { guestsOf, kNoGuest, type Guest } from '../plan_form';
import { k } from '../texts';
import { Choice, TextField } from './fields';

export function GuestFields({ id, guest, change }: { id: string; guest: Guest; change: (guest: Guest) => void }) {
    return (
        <div class="guest" data-guest={guest.role}>
            <Choice
                id={`${id}-role`} label={k('guest_role')} value={guest.role} change={(role) => change({ ...guest, role })}
                options={[['interviewer', k('part_interviewer')], ['interpreter', k('part_interpreter')], ['observer', k('part_observer')]]}
            />
            <TextField id={`${id}-name`} label={k('guest_name')} value={guest.name} change={(name) => change({ ...guest, name })} />
            <TextField id={`${id}-organisation`} label={k('guest_organisation')} value={guest.organisation} change={(organisation) => change({ ...guest, organisation })} />
        </div>
    );
}

/** The squares of a QR code as one path; four squares of margin, without which scanners find nothing. */
function squaresOf(text: string): { readonly size: number; readonly path: string } {
    const code = qrcode(0, 'M');
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    let path = '';
    for (let row = 0; row < count; row += 1) {
        for (let column = 0; column < count; column += 1) if (code.isDark(row, column)) path += `M${column + 4} ${row + 4}h1v1h-1z`;
    }
    return { size: count + 8, path };
}

export function LinkCard({ link }: { link: Link }) {
    const [copied, setCopied] = useState(false);
    const { size, path } = squaresOf(link.link);
    return (
        <div class="link-card" data-link={link.link}>
            <p>{k('link_text', { name: link.name })}</p>
            <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={k('link_qr')} shape-rendering="crispEdges">
                <rect width={size} height={size} class="qr-paper" /><path d={path} class="qr-ink" />
            </svg>
            <div class="field">
                <label for={`link-${link.name}`}>{k('link_label')}</label>
                <textarea id={`link-${link.name}`} class="link-field" dir="ltr" readOnly rows={3} value={link.link} onFocus={(event) => event.currentTarget.select()} />
            </div>
            <button
                type="button" data-action="copy-link"
                onClick={() => void navigator.clipboard?.writeText(link.link).then(() => setCopied(true), () => undefined)}
            >
                {k(copied ? 'link_copied' : 'link_copy')}
            </button>
        </div>
    );
}

export function Invite({ desk, first }: { desk: Desk; first: Guest['role'] }) {
    const [guest, setGuest] = useState<Guest>({ ...kNoGuest, role: first });
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        const [asked] = guestsOf({ guests: [guest] });
        const reply = await desk.act<{ participant: string; link: string }>('invite', { ...(asked ?? guest) });
        if (reply?.ok !== true) return;
        desk.keepLink(reply.participant, { name: guest.name.trim(), link: reply.link });
        setGuest({ ...kNoGuest, role: guest.role });
    };
    return (
        <form class="invite" onSubmit={(event) => void submit(event)}>
            <h3>{k('invite_heading')}</h3>
            <GuestFields id="invite" guest={guest} change={setGuest} />
            <button data-action="invite">{k('invite')}</button>
        </form>
    );
}
