// The console's part in an interview: our devices, the control socket, the way up and the way down. The hub says where
// we are and what we may: media follows that by itself, and camera and microphone stay as the person has them.

import { computed, effect, signal } from '@preact/signals';
import { Capture, openBoth } from '../capture/capture';
import { CaptureMemory } from '../capture/capture_memory';
import { wireState } from '../capture/capture_state';
import { refreshDevices, watchDevices } from '../capture/devices';
import type { Keep } from '../capture/kept';
import { EndToEnd } from '../keys/end_to_end';
import type { LinkMemory } from '../keys/link';
import { watchConnection } from '../rtc/connection';
import { Downlink } from '../rtc/downlink';
import { onNetworkChange, onWakeUp } from '../rtc/network_watch';
import { Uplink } from '../rtc/uplink';
import { ControlSocket } from '../signalling/control';
import { moveTo, ticketOrMove } from '../signalling/elsewhere';
import { controlUrl } from '../signalling/hub_url';
import { takeLoginAlong } from '../signalling/invitation';
import { Protection } from '../sframe/protection';
import { playAll } from '../ui/playback';
import { shownSlots } from '../ui/standing_view';
import { linkNow, qualitiesOf } from './link_now';
import { keepNotes } from './kept_notes';

/** `watch-only`: the invitation does not let us publish; the observers' page is the right one. */
export type Step = 'check' | 'in' | 'left' | 'watch-only';

export class Interview {
    readonly step = signal<Step>('check');
    readonly memory: CaptureMemory;
    readonly microphone: Capture;
    readonly camera: Capture;
    /** We have been in the interview, and are back in the waiting room. */
    readonly sentBack = signal(false);
    /** The browser is asking the person about camera and microphone. */
    readonly asking = signal(false);
    readonly control: ControlSocket;
    readonly up: Uplink;
    readonly down: Downlink;
    readonly endToEnd: EndToEnd;
    readonly connection;
    readonly slots;
    readonly qualities;
    private readonly mayPublish_;
    private readonly mayReceive_;

    /** `participant`, `role`: whose login it is; empty when only the hub's welcome will tell. */
    constructor(readonly hub: string, participant: string, readonly role: string, kept: Keep, links: LinkMemory) {
        this.memory = new CaptureMemory(sessionStorage, kept);
        if (participant !== '') this.memory.recognise(participant);
        this.microphone = new Capture('audio', this.memory);
        this.camera = new Capture('video', this.memory);
        const renew = (): void => this.control.renew();
        const ticket = async (): Promise<string> => (await ticketOrMove(hub, 'console')).ticket;
        const protection = new Protection();
        this.up = new Uplink(hub, 'console', protection, renew);
        this.down = new Downlink(hub, 'console', protection, renew);
        this.control = new ControlSocket(controlUrl(hub), ticket, (welcome, how) => {
            if (welcome.role !== 'observer') this.endToEnd.welcomed(welcome);
            if (welcome.role === 'observer') this.watchOnly();
            else if (how === 'lost') this.networkChanged();
            else this.connect(); // Also what was refused before.
        });
        this.control.onElsewhere = (origin) => void moveTo(origin);
        this.endToEnd = new EndToEnd(this.control, this.down, protection, links);
        this.qualities = qualitiesOf(this.control, this.down);
        this.endToEnd.linkNow = () => linkNow(this.connection.value, this.control, this.qualities.value);
        keepNotes(this.endToEnd.notes, this.control);
        // Before anything is sent.
        this.control.welcome.subscribe((welcome) => {
            if (welcome !== undefined && welcome.role !== 'observer') this.recognise(welcome.self);
        });
        const inside = computed(() => this.control.place.value === 'admitted');
        this.connection = watchConnection({
            control: this.control.line,
            up: computed(() => (inside.value ? this.up.leg.line.value : 'none')),
            down: computed(() => (inside.value ? this.down.leg.line.value : 'none')),
        });
        this.slots = computed(() => shownSlots(
            this.control.slots.value.get(this.down.resource.value) ?? [], this.control.standing.value, 'interviewer'));
        const taking = (deed: string): boolean =>
            this.control.may.value.includes(deed) && this.control.welcome.value?.role !== 'observer';
        this.mayPublish_ = computed(() => taking('publish'));
        this.mayReceive_ = computed(() => taking('subscribe'));

        effect(() => void this.up.send('audio', this.microphone.track.value));
        effect(() => void this.up.send('video', this.camera.track.value));
        effect(() => {
            const audio = wireState(this.microphone.state.value);
            const video = wireState(this.camera.state.value);
            if (this.step.value === 'in') this.control.tellMedia(audio, video);
        });
        this.mayPublish_.subscribe((may) => (may ? this.connect() : this.up.leg.stop()));
        this.mayReceive_.subscribe((may) => (may ? this.connect() : this.down.stop()));
        let wasInside = false;
        inside.subscribe((now) => {
            this.sentBack.value = wasInside && !now && this.control.line.value !== 'idle';
            wasInside = now;
        });
        this.control.ending.subscribe((ending) => {
            if (ending === undefined) return;
            this.disconnect();
            if (ending.kind === 'ended') this.memory.forget();
        });
        watchDevices();
        const lookAgain = (): void => {
            this.control.renew();
            this.networkChanged();
        };
        onNetworkChange(lookAgain);
        onWakeUp(() => {
            lookAgain();
            playAll();
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

    private watchOnly(): void {
        this.leave();
        takeLoginAlong();
        this.step.value = 'watch-only';
    }

    private recognise(participant: string): void {
        this.memory.recognise(participant);
        this.microphone.recognised();
        this.camera.recognised();
    }

    /** What runs already is not started again. */
    private connect(): void {
        if (this.mayPublish_.value) this.up.leg.start();
        if (this.mayReceive_.value) this.down.leg.start();
    }

    private networkChanged(): void {
        this.up.leg.networkChanged();
        this.down.leg.networkChanged();
    }

    private disconnect(): void {
        this.up.leg.stop();
        this.down.stop();
        this.microphone.release();
        this.camera.release();
    }
}
