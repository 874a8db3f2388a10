// One WebRTC connection to the hub, up or down, with its WHIP or WHEP resource. The decisions are made by
// LinkMachine; this class owns the RTCPeerConnection, the requests and the one timer. The page makes the offer
// (hub: ICE-lite), so no candidate of ours need be sent: the hub learns our address from our checks.

import { signal } from '@preact/signals';
import { HubError } from '../signalling/hub_api';
import type { Resource, WhipClient } from '../signalling/whip';
import { lineOf, type Line } from './connection_words';
import { LinkMachine, type LinkEvent } from './reconnect';
import { answerAfterRestart, restartFragment } from './sdp';

/** What is different between the way up and the way down. */
export interface LegPlan {
    /** Adds the transceivers to a new connection, before its offer is made. */
    prepare(pc: RTCPeerConnection): Promise<void> | void;
    /** Last changes to our offer, as the hub reads it. */
    tuneOffer?(offer: string): string;
    /** Last changes to the hub's answer. */
    tuneAnswer?(answer: string): string;
    /** The hub has accepted the connection under this resource id. */
    accepted?(resource: string): void;
}

const statusOf = (error: unknown): number => (error instanceof HubError ? error.status : 0);

export class Leg {
    readonly line = signal<Line>('idle');

    private readonly machine_ = new LinkMachine();
    private pc_: RTCPeerConnection | undefined;
    private resource_: Resource | undefined;
    private requests_ = new AbortController();
    private timer_: ReturnType<typeof setTimeout> | undefined;
    private wasConnected_ = false;

    /** `onHealed` is called when the connection is back after it had been lost. */
    constructor(
        private readonly client_: WhipClient,
        private readonly plan_: LegPlan,
        private readonly onHealed_: () => void = () => undefined,
    ) {}

    start(): void {
        this.apply({ kind: 'start' });
    }

    stop(): void {
        this.wasConnected_ = false;
        this.apply({ kind: 'stop' });
    }

    /** Another network, or a hub that may have been restarted: find out now whether it still knows us. */
    networkChanged(): void {
        this.apply({ kind: 'network-changed' });
    }

    /** The page goes away: tell the hub, if the browser still lets us. */
    farewell(): void {
        if (this.resource_ !== undefined) this.client_.remove(this.resource_);
        this.resource_ = undefined;
    }

    private apply(event: LinkEvent): void {
        const before = this.line.value;
        for (const action of this.machine_.handle(event, performance.now())) {
            if (action === 'post') void this.post();
            else if (action === 'restart') void this.restart();
            else this.discard();
        }
        if (this.machine_.phase === 'connected') this.wasConnected_ = true;
        this.line.value = lineOf(this.machine_.phase, this.wasConnected_);
        if (before === 'reconnecting' && this.line.value === 'connected') this.onHealed_();
        this.schedule();
    }

    private schedule(): void {
        clearTimeout(this.timer_);
        const deadline = this.machine_.deadline;
        if (deadline === undefined) return;
        this.timer_ = setTimeout(() => this.apply({ kind: 'tick' }), Math.max(0, deadline - performance.now()) + 1);
    }

    private async post(): Promise<void> {
        const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
        this.pc_ = pc;
        pc.onconnectionstatechange = () => {
            if (this.pc_ === pc) this.apply({ kind: 'peer', state: pc.connectionState });
        };
        try {
            await this.plan_.prepare(pc);
            await pc.setLocalDescription(await pc.createOffer());
            const offer = pc.localDescription?.sdp ?? '';
            const resource = await this.client_.post(this.plan_.tuneOffer?.(offer) ?? offer, this.requests_.signal);
            if (this.pc_ !== pc) {
                this.client_.remove(resource); // We left while the hub was answering.
                return;
            }
            this.resource_ = resource;
            this.plan_.accepted?.(resource.id);
        } catch (error) {
            if (this.pc_ === pc) this.apply({ kind: 'post-failed', status: statusOf(error) });
            return;
        }
        this.apply({ kind: 'posted' });
        await this.takeAnswer(pc, this.resource_.answer).catch(() => {
            if (this.pc_ === pc) this.apply({ kind: 'peer', state: 'failed' });
        });
    }

    private async restart(): Promise<void> {
        const pc = this.pc_;
        const resource = this.resource_;
        if (pc === undefined || resource === undefined) return; // The machine's deadline starts afresh.
        try {
            await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
            const fragment = await this.client_.restart(
                resource, restartFragment(pc.localDescription?.sdp ?? ''), this.requests_.signal);
            if (this.pc_ !== pc) return;
            const answer = answerAfterRestart(resource.answer, fragment);
            this.resource_ = { ...resource, answer };
            await this.takeAnswer(pc, answer);
            if (this.pc_ === pc) this.apply({ kind: 'restarted' });
        } catch (error) {
            if (this.pc_ === pc) this.apply({ kind: 'restart-failed', status: statusOf(error) });
        }
    }

    private async takeAnswer(pc: RTCPeerConnection, answer: string): Promise<void> {
        await pc.setRemoteDescription({ type: 'answer', sdp: this.plan_.tuneAnswer?.(answer) ?? answer });
    }

    private discard(): void {
        this.requests_.abort();
        this.requests_ = new AbortController();
        const pc = this.pc_;
        this.pc_ = undefined;
        pc?.close();
        this.farewell();
    }
}
