// An interviewer's notes are kept on this computer, sealed, until the interview has ended.

import type { ControlSocket } from '../signalling/control';
import { forgetDrafts, openDrafts } from '../keys/drafts';
import type { Notes } from '../keys/notes';

export function keepNotes(notes: Notes, control: ControlSocket): void {
    let whose: { readonly session: string; readonly self: string } | undefined;
    control.welcome.subscribe((welcome) => {
        if (whose !== undefined || welcome?.role !== 'interviewer') return;
        const { session, self } = welcome;
        whose = { session, self };
        void openDrafts(session, self).then((kept) => {
            if (kept !== undefined && control.ending.peek()?.kind !== 'ended') notes.keepIn(kept.keep, kept.draft, kept.list);
        });
    });
    control.ending.subscribe((ending) => {
        if (ending?.kind === 'ended' && whose !== undefined) void forgetDrafts(whose.session, whose.self);
    });
}
