// The observer's connections: the control socket and the way down. There is no way up, here or at the hub.

import { computed, signal } from '@preact/signals';
import { watchConnection } from '../rtc/connection';
import { Downlink } from '../rtc/downlink';
import { onNetworkChange } from '../rtc/network_watch';
import type { Line } from '../rtc/connection_words';
import { ControlSocket } from '../signalling/control';
import { fetchTicket, type PageName } from '../signalling/hub_api';
import { controlUrl } from '../signalling/hub_url';

const kNoLine = signal<Line>('none');

export class Watching {
    readonly control: ControlSocket;
    readonly down: Downlink;
    readonly connection;
    readonly slots;

    constructor(hub: string, login: PageName) {
        const ticket = async (): Promise<string> => (await fetchTicket(hub, login)).ticket;
        this.down = new Downlink(hub, login, () => this.control.renew());
        this.control = new ControlSocket(controlUrl(hub), ticket, (_welcome, how) => {
            if (how === 'lost') this.down.leg.networkChanged();
            else this.down.leg.start(); // No effect on a running one.
        });
        this.connection = watchConnection({ control: this.control.line, up: kNoLine, down: this.down.leg.line });
        this.slots = computed(() => this.control.slots.value.get(this.down.resource.value) ?? []);
        this.control.ending.subscribe((ending) => {
            if (ending !== undefined) this.down.leg.stop();
        });
        onNetworkChange(() => {
            this.control.renew();
            this.down.leg.networkChanged();
        });
        addEventListener('pagehide', () => {
            this.down.leg.farewell();
            this.control.stop();
        });
    }

    start(): void {
        this.control.start();
    }
}
