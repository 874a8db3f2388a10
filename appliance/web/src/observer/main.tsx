import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { takeToken } from '../signalling/invitation';
import { openPage } from '../ui/page';
import { App } from './app';
import { Watching } from './watching';

const token = takeToken('observer');
openPage(<App watching={token === undefined ? undefined : new Watching(hubOrigin(pageFacts()), token)} />);
