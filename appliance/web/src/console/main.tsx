import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { takeToken } from '../signalling/invitation';
import { openPage } from '../ui/page';
import { App } from './app';
import { Interview } from './interview';

const token = takeToken('console');
// Without https, and not on this computer itself, browsers hide camera and microphone.
const supported = 'mediaDevices' in navigator && 'RTCPeerConnection' in window;

if (token === undefined) openPage(<App interview="no-link" />);
else if (!supported) openPage(<App interview="unsupported" />);
else {
    const interview = new Interview(hubOrigin(pageFacts()), token);
    openPage(<App interview={interview} />);
    void interview.openDevices();
}
