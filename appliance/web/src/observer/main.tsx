import { openKept } from '../capture/kept';
import { LinkMemory } from '../keys/link';
import { Door } from '../sign_in/door';
import { SignIn } from '../sign_in/sign_in';
import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { observerLogin, takeInvitation } from '../signalling/invitation';
import { canProtect } from '../sframe/can_protect';
import { OneTab } from '../ui/one_tab';
import { openPage } from '../ui/page';
import { Unsupported } from '../ui/unsupported';
import { App } from './app';
import { Watching } from './watching';

const hub = hubOrigin(pageFacts());
const login = observerLogin();
const signIn = new SignIn(hub, login, takeInvitation());

async function begin(): Promise<void> {
    void signIn.begin();
    const links = new LinkMemory(await openKept(localStorage));
    signIn.onLink = (participant, trust, fresh) => links.remember(participant, trust, fresh);
    let watching: Watching | undefined;
    const open = () => <App watching={watching = new Watching(hub, login, links)} />;
    const inside = () => <OneTab participant={signIn.participant} open={open} close={() => watching?.stop()} />;
    void openPage(<Door signIn={signIn} inside={inside} />);
}

if (canProtect()) void begin();
else void openPage(<Unsupported />);
