// The observer's connections: the control socket and the way down. There is no way up, here or at the hub.

import { computed, signal } from '@preact/signals';
import { EndToEnd } from '../keys/end_to_end';
import type { LinkMemory } from '../keys/link';
import { watchConnection } from '../rtc/connection';
import { Downlink } from '../rtc/downlink';
import { onNetworkChange, onWakeUp } from '../rtc/network_watch';
import type { Line } from '../rtc/connection_words';
import { ControlSocket } from '../signalling/control';
import { moveTo, ticketOrMove } from '../signalling/elsewhere';
import type { PageName } from '../signalling/hub_api';
import { controlUrl } from '../signalling/hub_url';
import { Protection } from '../sframe/protection';
import { playAll } from '../ui/playback';
import { shownSlots } from '../ui/standing_view';

const kNoLine = signal<Line>('none');

export class Watching {
    readonly control: ControlSocket;
    readonly down: Downlink;
    readonly endToEnd: EndToEnd;
    readonly connection;
    readonly slots;

    constructor(readonly hub: string, login: PageName, links: LinkMemory) {
        const ticket = async (): Promise<string> => (await ticketOrMove(hub, login)).ticket;
        const protection = new Protection();
        this.down = new Downlink(hub, login, protection, () => this.control.renew());
        this.control = new ControlSocket(controlUrl(hub), ticket, (welcome, how) => {
            this.endToEnd.welcomed(welcome);
            if (how === 'lost') this.down.leg.networkChanged();
            else if (mayReceive.value) this.down.leg.start(); // No effect on a running one.
        });
        this.control.onElsewhere = (origin) => void moveTo(origin);
        this.endToEnd = new EndToEnd(this.control, this.down, protection, links);
        const mayReceive = computed(() => this.control.may.value.includes('subscribe'));
        this.connection = watchConnection({
            control: this.control.line,
            up: kNoLine,
            down: computed(() => (this.control.place.value === 'admitted' ? this.down.leg.line.value : 'none')),
        });
        this.slots = computed(() => shownSlots(
            this.control.slots.value.get(this.down.resource.value) ?? [], this.control.standing.value, 'observer'));
        mayReceive.subscribe((may) => (may ? this.down.leg.start() : this.down.stop()));
        this.control.ending.subscribe((ending) => {
            if (ending !== undefined) this.down.stop();
        });
        const lookAgain = (): void => {
            this.control.renew();
            this.down.leg.networkChanged();
        };
        onNetworkChange(lookAgain);
        onWakeUp(() => {
            lookAgain();
            playAll();
        });
        addEventListener('pagehide', () => {
            this.down.leg.farewell();
            this.control.stop();
        });
    }

    start(): void {
        this.control.start();
    }

    stop(): void {
        this.control.stop();
        this.down.stop();
    }
}
