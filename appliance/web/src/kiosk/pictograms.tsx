// Pictograms for people who do not read: filled, few lines, one meaning each. Each stands beside its word.

import type { ComponentChildren } from 'preact';

const Pictogram = ({ children }: { children: ComponentChildren }) => (
    <svg class="pictogram" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{children}</svg>
);

const kCross = <path class="cross" d="M6 6l36 36" />;
const kEye = (
    <>
        <path d="M3 24c5-9 12-13.5 21-13.5S40 15 45 24c-5 9-12 13.5-21 13.5S8 33 3 24z" />
        <circle cx="24" cy="24" r="6.5" class="solid" />
    </>
);
const kEar = (
    <>
        <path d="M13 19a12 12 0 0 1 24 0c0 6-3 8-6 11-2 2-1.5 5-3 8a6 6 0 0 1-11-2" />
        <path d="M19 20a6 6 0 0 1 12 0c0 4-5 4-5 9" />
    </>
);

export const Seen = () => <Pictogram>{kEye}</Pictogram>;
export const Unseen = () => <Pictogram>{kEye}{kCross}</Pictogram>;
export const Heard = () => <Pictogram>{kEar}</Pictogram>;
export const Unheard = () => <Pictogram>{kEar}{kCross}</Pictogram>;
export const Loudspeaker = () => (
    <Pictogram><path class="solid" d="M6 18v12h8l11 9V9L14 18z" /><path d="M31 17a10 10 0 0 1 0 14M36 11a18 18 0 0 1 0 26" /></Pictogram>
);
export const Pausing = () => <Pictogram><path class="solid" d="M13 9h8v30h-8zM27 9h8v30h-8z" /></Pictogram>;
/** An open hand: stop. */
export const Stopping = () => (
    <Pictogram>
        <path d="M14 27V13a3 3 0 0 1 6 0v9V8a3 3 0 0 1 6 0v14V11a3 3 0 0 1 6 0v13l0-6a3 3 0 0 1 6 0v13c0 8-5 13-12 13-6 0-9-3-12-8l-6-10c-1-2 0-4 2-4.5 2-.5 3 .5 4 2z" />
    </Pictogram>
);
export const Yes = () => <Pictogram><path class="heavy" d="M8 25l11 11 21-24" /></Pictogram>;
export const No = () => <Pictogram><path class="heavy" d="M11 11l26 26M37 11L11 37" /></Pictogram>;
export const Onward = () => <Pictogram><path class="heavy flips" d="M8 24h30M27 12l12 12-12 12" /></Pictogram>;
export const Pen = () => <Pictogram><path d="M8 40l3-10L33 8l7 7-22 22zM29 12l7 7M8 44h32" /></Pictogram>;
export const Thumb = () => (
    <Pictogram>
        <path d="M12 40V22a12 12 0 0 1 24 0v18" /><path d="M18 40V23a6 6 0 0 1 12 0v17M24 24v16" />
    </Pictogram>
);
export const Wiping = () => <Pictogram><path d="M18 38L6 26 26 6l16 16-16 16zM16 16l16 16M14 42h28" /></Pictogram>;
/** A banknote, crossed out. */
export const Free = () => (
    <Pictogram><rect x="3" y="13" width="42" height="23" rx="2" /><circle cx="24" cy="24.5" r="6" />{kCross}</Pictogram>
);
/** Somebody speaks up. */
export const Complaining = () => (
    <Pictogram><path d="M5 8h38v25H22l-9 8v-8H5z" /><path class="heavy" d="M24 13v9" /><circle cx="24" cy="27.5" r="1.5" class="solid" /></Pictogram>
);
export const Speaking = () => (
    <Pictogram>
        <circle cx="11" cy="15" r="6" /><path d="M2 40c0-9 4-14 9-14s9 5 9 14" />
        <circle cx="37" cy="15" r="6" /><path d="M28 40c0-9 4-14 9-14s9 5 9 14" /><path d="M20 12h8M20 18h8" />
    </Pictogram>
);
export const Asking = () => (
    <Pictogram><circle cx="24" cy="15" r="8" /><path d="M8 44c0-11 7-17 16-17s16 6 16 17" /></Pictogram>
);
export const Interpreting = () => (
    <Pictogram><path d="M4 6h24v16H16l-6 6v-6H4z" /><path d="M32 16h12v16h-6v6l-6-6H20v-5" /></Pictogram>
);
/** Somebody, and an eye: they only look. */
export const Watching = () => (
    <Pictogram>
        <circle cx="15" cy="18" r="7" /><path d="M3 44c0-10 5-15 12-15s12 5 12 15" />
        <path d="M27 12c3-5 6-7 9.5-7S43 7 46 12c-3 5-6 7-9.5 7S30 17 27 12z" /><circle cx="36.5" cy="12" r="2.5" class="solid" />
    </Pictogram>
);
export const Camera = () => <Pictogram><rect x="4" y="13" width="27" height="22" rx="3" /><path d="M31 22l13-7v18l-13-7" /></Pictogram>;
export const Voice = () => (
    <Pictogram><rect x="18" y="5" width="12" height="22" rx="6" /><path d="M10 22a14 14 0 0 0 28 0M24 36v7M17 43h14" /></Pictogram>
);
export const Writing = () => <Pictogram><path d="M10 4h20l8 8v32H10zM29 4v9h9M16 20h16M16 27h16M16 34h10" /></Pictogram>;
export const Sending = () => (
    <Pictogram><path d="M4 16h16l4 5h20v21H4z" /><path class="flips" d="M14 31h18M26 25l6 6-6 6" /></Pictogram>
);
export const Clock = () => <Pictogram><circle cx="24" cy="24" r="19" /><path d="M24 12v12l8 6" /></Pictogram>;
export const Lock = () => <Pictogram><rect x="9" y="21" width="30" height="22" rx="3" /><path d="M15 21v-6a9 9 0 0 1 18 0v6" /></Pictogram>;
export const House = () => <Pictogram><path d="M4 23L24 6l20 17M10 19v23h28V19M20 42V29h8v13" /></Pictogram>;
