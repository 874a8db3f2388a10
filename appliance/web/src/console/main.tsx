import { openKept } from '../capture/kept';
import { LinkMemory } from '../keys/link';
import { Door } from '../sign_in/door';
import { SignIn } from '../sign_in/sign_in';
import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { takeInvitation } from '../signalling/invitation';
import { canProtect } from '../sframe/protection';
import { openPage } from '../ui/page';
import { Unsupported } from '../ui/unsupported';
import { App } from './app';
import { Interview } from './interview';

const hub = hubOrigin(pageFacts());
const signIn = new SignIn(hub, 'console', takeInvitation());
// Without https, and not on this computer itself, browsers hide camera and microphone.
const supported = 'mediaDevices' in navigator && 'RTCPeerConnection' in window && canProtect();

async function begin(): Promise<void> {
    void signIn.begin();
    const kept = await openKept(localStorage);
    const links = new LinkMemory(kept);
    signIn.onLink = (participant, trust, fresh) => links.remember(participant, trust, fresh);
    const inside = () => {
        const interview = new Interview(hub, signIn.participant, signIn.role, kept, links);
        void interview.openDevices();
        return <App interview={interview} />;
    };
    void openPage(<Door signIn={signIn} inside={inside} />);
}

if (supported) void begin();
else void openPage(<Unsupported />);
