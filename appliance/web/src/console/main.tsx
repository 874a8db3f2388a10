import { openKept } from '../capture/kept';
import { LinkMemory } from '../keys/link';
import { Door } from '../sign_in/door';
import { SignIn } from '../sign_in/sign_in';
import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { takeInvitation } from '../signalling/invitation';
import { canProtect } from '../sframe/can_protect';
import { openPage } from '../ui/page';
import { Unsupported } from '../ui/unsupported';

const hub = hubOrigin(pageFacts());
const signIn = new SignIn(hub, 'console', takeInvitation());
// Without https, and not on this computer itself, browsers hide camera and microphone.
const supported = 'mediaDevices' in navigator && 'RTCPeerConnection' in window && canProtect();

function begin(): void {
    void signIn.begin();
    const kept = openKept(localStorage).then((keep) => ({ keep, links: new LinkMemory(keep) }));
    signIn.onLink = async (participant, trust, fresh) => (await kept).links.remember(participant, trust, fresh);
    // Asked for after the door has been drawn, and there before the person has read it.
    const rest = openPage(<Door signIn={signIn} inside={async () => {
        const [{ keep, links }, code] = await Promise.all([kept, rest]);
        return code.inside(hub, signIn, keep, links);
    }} />).then(() => import('./inside'));
    rest.catch(() => undefined); // Said at the door when it is needed.
}

if (supported) begin();
else void openPage(<Unsupported />);
