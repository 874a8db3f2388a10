import { signal } from '@preact/signals';
import { openIdentity, openKeptSealing } from '../keys/identity';
import { hubOrigin, pageFacts } from '../signalling/hub_url';
import { kOfficeLanguages } from './texts';
import { openPage } from '../ui/page';
import { App, Hindered, type Hindrance } from './app';
import { invitationIn, takeInvitationLink, type Invitation } from './enrolment';
import { HubClient } from './hub_client';
import { Line } from './line';
import { Office, type Keys } from './office';
import { takeOver } from './only_tab';
import { openStore } from './store';

interface Opened {
    readonly office: Office;
    readonly line: Line;
    readonly link: Invitation | undefined;
}

const hindrance = signal<Hindrance | undefined>(undefined);
const opened = signal<Opened | undefined>(undefined);

function Page() {
    if (opened.value !== undefined) return <App {...opened.value} />;
    return hindrance.value === undefined ? null : <Hindered by={hindrance.value} />;
}

async function openKeys(): Promise<Keys> {
    const [signing, sealing] = await Promise.all([openIdentity(), openKeptSealing()]);
    if (!signing.kept) throw new Error('the browser keeps nothing');
    return { signing, sealing };
}

async function begin(): Promise<void> {
    const pasted = takeInvitationLink();
    void openPage(<Page />, kOfficeLanguages);
    // Browsers hide both without https, and not on this computer itself.
    if (!('locks' in navigator) || !('subtle' in crypto)) {
        hindrance.value = 'unsupported';
        return;
    }
    if ('serviceWorker' in navigator) void navigator.serviceWorker.register('offline.js').catch(() => undefined);
    await takeOver(() => { hindrance.value = 'elsewhere'; });
    hindrance.value = undefined;
    let trouble: Hindrance = 'keyless';
    try {
        const keys = await openKeys();
        const store = await openStore();
        trouble = 'broken';
        const office = await Office.open(keys, store, new HubClient(hubOrigin(pageFacts())));
        const link = pasted === '' ? undefined : await invitationIn(pasted);
        // Whose delegation it is has been compared once; a newer list of it needs no question.
        const known = link !== undefined && link.delegation === office.delegation;
        if (known) await office.enrol(link).catch(() => undefined);
        opened.value = { office, line: new Line(office), link: known ? undefined : link };
    } catch {
        hindrance.value = trouble;
    }
}

// Another link in the same tab: begin again with that one.
addEventListener('hashchange', () => location.reload());
void begin();
