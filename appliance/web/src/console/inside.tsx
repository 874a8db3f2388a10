// What is behind the console's door. The door comes first and is small; this follows while the person reads it.

import type { Keep } from '../capture/kept';
import type { LinkMemory } from '../keys/link';
import type { SignIn } from '../sign_in/sign_in';
import { OneTab } from '../ui/one_tab';
import { App } from './app';
import { Interview } from './interview';

export function inside(hub: string, signIn: SignIn, kept: Keep, links: LinkMemory) {
    let interview: Interview | undefined;
    const open = () => {
        interview = new Interview(hub, signIn.participant, signIn.role, kept, links);
        void interview.openDevices();
        return <App interview={interview} />;
    };
    return <OneTab participant={signIn.participant} open={open} close={() => interview?.leave()} />;
}
