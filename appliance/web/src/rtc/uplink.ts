// The way up (WHIP): our microphone and camera. The senders outlive a change of device, the tracks outlive a change
// of connection: whatever the person has switched off stays off through every reconnect.

import { preferOurCodecs } from './codecs';
import { Leg } from './leg';
import { withPacketTime } from './sdp';
import type { PageName } from '../signalling/hub_api';
import { WhipClient } from '../signalling/whip';

export type Kind = 'audio' | 'video';

const kMaxBitrate: Record<Kind, number> = { audio: 48_000, video: 1_500_000 };
const kPacketTimeMs = 20;

export class Uplink {
    readonly leg: Leg;

    private readonly tracks_ = new Map<Kind, MediaStreamTrack>();
    private readonly senders_ = new Map<Kind, RTCRtpSender>();

    constructor(hub: string, page: PageName, onHealed?: () => void) {
        this.leg = new Leg(new WhipClient(`${hub}/v1/whip`, page), {
            prepare: (pc) => this.addSenders(pc),
            tuneAnswer: (answer) => withPacketTime(answer, kPacketTimeMs),
        }, onHealed);
    }

    /** Sends this track from now on; undefined: sends nothing of the kind. */
    async send(kind: Kind, track: MediaStreamTrack | undefined): Promise<void> {
        if (track === undefined) this.tracks_.delete(kind);
        else this.tracks_.set(kind, track);
        // A sender of a connection that is just being closed refuses; the next connection takes the track.
        await this.senders_.get(kind)?.replaceTrack(track ?? null).catch(() => undefined);
    }

    /**
     * The one place where senders are made, always before the offer and never from a remote one: an encoded
     * transform set on a sender later, or on a transceiver of a remote offer, silently never runs in Chromium.
     */
    private async addSenders(pc: RTCPeerConnection): Promise<void> {
        const stream = new MediaStream([...this.tracks_.values()]);
        for (const kind of ['audio', 'video'] as const) {
            const transceiver = pc.addTransceiver(this.tracks_.get(kind) ?? kind, {
                direction: 'sendonly',
                streams: [stream],
                sendEncodings: [{ maxBitrate: kMaxBitrate[kind] }],
            });
            preferOurCodecs(transceiver, kind);
            this.senders_.set(kind, transceiver.sender);
            if (kind === 'video') await keepMotion(transceiver.sender);
        }
    }
}

/** On a thin link give up sharpness first: gestures and lips matter more. A browser may not know the wish. */
async function keepMotion(sender: RTCRtpSender): Promise<void> {
    const parameters = sender.getParameters();
    parameters.degradationPreference = 'maintain-framerate';
    await sender.setParameters(parameters).catch(() => undefined);
}
