import { Door } from '../sign_in/door';
import { SignIn } from '../sign_in/sign_in';
import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { observerLogin, takeInvitation } from '../signalling/invitation';
import { openPage } from '../ui/page';
import { App } from './app';
import { Watching } from './watching';

const hub = hubOrigin(pageFacts());
const login = observerLogin();
const signIn = new SignIn(hub, login, takeInvitation());

void signIn.begin();
openPage(<Door signIn={signIn} inside={() => <App watching={new Watching(hub, login)} />} />);
