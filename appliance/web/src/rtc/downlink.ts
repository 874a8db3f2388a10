// The way down: a fixed number of receive-only slots (WHEP), so that nothing is ever renegotiated. Sound and picture
// of slot i are the i-th audio and the i-th video section of the offer; they share one MediaStream here, and one
// msid and CNAME in the hub's answer, which is what makes a browser keep them in step.

import { signal } from '@preact/signals';
import { preferOurCodecs } from './codecs';
import { Leg } from './leg';
import { withConstantRate } from './sdp';
import type { PageName } from '../signalling/hub_api';
import { WhipClient } from '../signalling/whip';
import type { Protection } from '../sframe/protection';

export const kSlots = 6;

export class Downlink {
    /** Index: slot number. New streams after every new connection. */
    readonly streams = signal<readonly MediaStream[]>([]);
    /** The id of our WHEP resource, by which the control socket names our slots. */
    readonly resource = signal('');
    readonly leg: Leg;
    /** By slot, those of sound and picture; another list after every new connection. */
    receivers: readonly (readonly RTCRtpReceiver[])[] = [];

    constructor(hub: string, page: PageName, protection: Protection, onHealed?: () => void) {
        let fresh: MediaStream[] = [];
        let receivers: (readonly RTCRtpReceiver[])[] = [];
        this.leg = new Leg(new WhipClient(`${hub}/v1/whep`, page), {
            prepare: (pc) => {
                receivers = Array.from({ length: kSlots }, (_, slot) =>
                    (['audio', 'video'] as const).map((kind) => {
                        const transceiver = pc.addTransceiver(kind, { direction: 'recvonly' });
                        transceiver.receiver.transform = protection.transform({ direction: 'in', kind, slot });
                        preferOurCodecs(transceiver, kind);
                        return transceiver.receiver;
                    }));
                fresh = receivers.map((pair) => new MediaStream(pair.map(({ track }) => track)));
            },
            tuneOffer: withConstantRate,
            accepted: (resource) => {
                this.resource.value = resource;
                this.streams.value = fresh;
                this.receivers = receivers;
            },
        }, onHealed);
    }

    /** Also takes the pictures away: the last ones would stay in their elements. */
    stop(): void {
        this.leg.stop();
        this.streams.value = [];
        this.receivers = [];
        this.resource.value = '';
    }
}
