// The console's part in an interview: our devices, the control socket, the way up and the way down.

import { computed, effect, signal } from '@preact/signals';
import { Capture, openBoth } from '../capture/capture';
import { wireState } from '../capture/capture_state';
import { refreshDevices, watchDevices } from '../capture/devices';
import { watchConnection } from '../rtc/connection';
import { Downlink } from '../rtc/downlink';
import { onNetworkChange } from '../rtc/network_watch';
import { Uplink } from '../rtc/uplink';
import { ControlSocket } from '../signalling/control';
import { controlUrl } from '../signalling/hub_url';
import { fetchTicket } from '../signalling/hub_api';
import { takeLoginAlong } from '../signalling/invitation';
import type { Welcome } from '../signalling/messages';

/** `watch-only`: the invitation does not let us publish; the observers' page is the right one. */
export type Step = 'check' | 'in' | 'left' | 'watch-only';

export class Interview {
    readonly step = signal<Step>('check');
    readonly microphone = new Capture('audio');
    readonly camera = new Capture('video');
    /** The browser is asking the person about camera and microphone. */
    readonly asking = signal(false);
    readonly control: ControlSocket;
    readonly up: Uplink;
    readonly down: Downlink;
    readonly connection;
    readonly slots;

    constructor(hub: string) {
        const renew = (): void => this.control.renew();
        const ticket = async (): Promise<string> => (await fetchTicket(hub, 'console')).ticket;
        this.up = new Uplink(hub, 'console', renew);
        this.down = new Downlink(hub, 'console', renew);
        this.control = new ControlSocket(controlUrl(hub), ticket, (welcome, how) => {
            if (how === 'lost') this.networkChanged();
            else this.connect(welcome);
        });
        this.connection = watchConnection({
            control: this.control.line, up: this.up.leg.line, down: this.down.leg.line,
        });
        this.slots = computed(() => this.control.slots.value.get(this.down.resource.value) ?? []);

        effect(() => void this.up.send('audio', this.microphone.track.value));
        effect(() => void this.up.send('video', this.camera.track.value));
        effect(() => {
            const audio = wireState(this.microphone.state.value);
            const video = wireState(this.camera.state.value);
            if (this.step.value === 'in') this.control.tellMedia(audio, video);
        });
        this.control.ending.subscribe((ending) => {
            if (ending !== undefined) this.disconnect();
        });
        watchDevices();
        onNetworkChange(() => {
            this.control.renew();
            this.networkChanged();
        });
        addEventListener('pagehide', () => {
            this.up.leg.farewell();
            this.down.leg.farewell();
            this.control.stop();
        });
    }

    async openDevices(): Promise<void> {
        this.asking.value = true;
        await openBoth(this.microphone, this.camera);
        this.asking.value = false;
        await refreshDevices();
    }

    join(): void {
        this.step.value = 'in';
        this.control.start();
    }

    leave(): void {
        this.step.value = 'left';
        this.control.stop();
        this.disconnect();
    }

    backToCheck(): void {
        this.step.value = 'check';
        this.control.ending.value = undefined;
        void this.openDevices();
    }

    private connect(welcome: Welcome): void {
        if (!welcome.may.includes('publish')) {
            this.leave();
            takeLoginAlong();
            this.step.value = 'watch-only';
            return;
        }
        this.up.leg.start(); // No effect on running ones.
        this.down.leg.start();
    }

    private networkChanged(): void {
        this.up.leg.networkChanged();
        this.down.leg.networkChanged();
    }

    private disconnect(): void {
        this.up.leg.stop();
        this.down.leg.stop();
        this.microphone.release();
        this.camera.release();
    }
}
