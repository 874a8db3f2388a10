// The few pictograms of the pages. Each stands beside its word, so it is hidden from screen readers.

import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
    return (
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            {children}
        </svg>
    );
}

const kSlash = <path d="M4 3l16 18" />;

export const MicrophoneIcon = ({ off }: { off: boolean }) => (
    <Icon>
        <rect x="9" y="3" width="6" height="11" rx="3" />
        <path d="M5 11a7 7 0 0 0 14 0M12 18v3M9 21h6" />
        {off && kSlash}
    </Icon>
);

export const CameraIcon = ({ off }: { off: boolean }) => (
    <Icon>
        <rect x="3" y="6.5" width="12" height="11" rx="2" />
        <path d="M15 11l6-3.5v9L15 13" />
        {off && kSlash}
    </Icon>
);

export const DevicesIcon = () => (
    <Icon>
        <path d="M4 7h9M17 7h3M4 17h3M11 17h9" />
        <circle cx="15" cy="7" r="2" />
        <circle cx="9" cy="17" r="2" />
    </Icon>
);

export const LeaveIcon = () => (
    <Icon>
        <path d="M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h10M16.5 8.5L20 12l-3.5 3.5" />
    </Icon>
);

export const SoundIcon = () => (
    <Icon>
        <path d="M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />
    </Icon>
);

export const PauseIcon = () => (
    <Icon>
        <path d="M8.5 5v14M15.5 5v14" />
    </Icon>
);

export const NoteIcon = () => (
    <Icon>
        <path d="M6 3.5h9l4 4V20.5H6zM14.5 3.5V8H19M9 12h6.5M9 16h6.5" />
    </Icon>
);

export const StopIcon = () => (
    <Icon>
        <rect x="5.5" y="5.5" width="13" height="13" rx="2" />
    </Icon>
);

export const BookmarkIcon = () => (
    <Icon>
        <path d="M7 3.5h10V20.5l-5-4-5 4z" />
    </Icon>
);

/** Somebody speaks, and the others listen. */
export const SpeakingIcon = () => (
    <Icon>
        <path d="M4 5h12v9H9l-4 3.5V14H4zM18.5 8a4 4 0 0 1 0 4M21 6a7.5 7.5 0 0 1 0 8" />
    </Icon>
);

export const FaceIcon = () => (
    <Icon>
        <circle cx="12" cy="8.5" r="4" />
        <path d="M4.5 20.5a7.5 7.5 0 0 1 15 0" />
    </Icon>
);

export const RoomIcon = () => (
    <Icon>
        <path d="M3.5 20.5v-16h17v16M9 20.5v-9h6v9M3 20.5h18" />
    </Icon>
);

export const DocumentIcon = () => (
    <Icon>
        <path d="M6 3.5h9l4 4V20.5H6zM14.5 3.5V8H19" />
        <circle cx="12.5" cy="14" r="2.5" />
    </Icon>
);
