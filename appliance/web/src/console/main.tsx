import { openKept } from '../capture/kept';
import { Door } from '../sign_in/door';
import { SignIn } from '../sign_in/sign_in';
import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { takeInvitation } from '../signalling/invitation';
import { openPage } from '../ui/page';
import { App } from './app';
import { Interview } from './interview';

const hub = hubOrigin(pageFacts());
const signIn = new SignIn(hub, 'console', takeInvitation());
// Without https, and not on this computer itself, browsers hide camera and microphone.
const supported = 'mediaDevices' in navigator && 'RTCPeerConnection' in window;

async function begin(): Promise<void> {
    void signIn.begin();
    const kept = await openKept(localStorage);
    const inside = () => {
        const interview = new Interview(hub, signIn.participant, kept);
        void interview.openDevices();
        return <App interview={interview} />;
    };
    openPage(<Door signIn={signIn} inside={inside} />);
}

if (supported) void begin();
else openPage(<App interview="unsupported" />);
