// The way up (WHIP): our microphone and camera. The senders outlive a change of device, the tracks outlive a change
// of connection: whatever the person has switched off stays off through every reconnect.
//
// Until the worker has seen a frame of a connection go out protected, black and silence are all that its sender is
// given: should a browser's transform not run, what it lets out in clear shows nobody.

import { preferOurCodecs } from './codecs';
import { Leg } from './leg';
import { withConstantRate, withPacketTime } from './sdp';
import type { PageName } from '../signalling/hub_api';
import { WhipClient } from '../signalling/whip';
import type { Protection } from '../sframe/protection';

export type Kind = 'audio' | 'video';

const kMaxBitrate: Record<Kind, number> = { audio: 48_000, video: 1_500_000 };
const kPacketTimeMs = 20;

/** A copy of a track that is black or silent. */
interface Blank {
    readonly of: MediaStreamTrack;
    readonly track: MediaStreamTrack;
}

export class Uplink {
    readonly leg: Leg;

    private connection_ = 0;
    private readonly proven_ = new Set<Kind>();
    private readonly tracks_ = new Map<Kind, MediaStreamTrack>();
    private readonly blanks_ = new Map<Kind, Blank>();
    private readonly senders_ = new Map<Kind, RTCRtpSender>();

    constructor(hub: string, page: PageName, private readonly protection_: Protection, onHealed?: () => void) {
        this.leg = new Leg(new WhipClient(`${hub}/v1/whip`, page), {
            prepare: (pc) => this.addSenders(pc),
            tuneOffer: withConstantRate,
            tuneAnswer: (answer) => withConstantRate(withPacketTime(answer, kPacketTimeMs)),
        }, onHealed);
        protection_.onProtecting = (kind, connection) => {
            if (connection === this.connection_) this.prove(kind, true);
        };
        protection_.onWithholding = (kind) => this.prove(kind, false);
    }

    /** Sends this track from now on; undefined: sends nothing of the kind. */
    async send(kind: Kind, track: MediaStreamTrack | undefined): Promise<void> {
        if (track === undefined) this.tracks_.delete(kind);
        else this.tracks_.set(kind, track);
        await this.place(kind);
    }

    private prove(kind: Kind, proven: boolean): void {
        if (proven) this.proven_.add(kind);
        else this.proven_.delete(kind);
        void this.place(kind);
    }

    private async place(kind: Kind): Promise<void> {
        const wanted = this.wanted(kind);
        // A sender of a connection that is just being closed refuses; the next connection takes the track.
        await this.senders_.get(kind)?.replaceTrack(wanted).catch(() => undefined);
        const blank = this.blanks_.get(kind);
        if (blank === undefined || blank.track === this.wanted(kind)) return;
        blank.track.stop(); // Else the camera's light would stay on.
        this.blanks_.delete(kind);
    }

    private wanted(kind: Kind): MediaStreamTrack | null {
        const real = this.tracks_.get(kind);
        if (real === undefined) return null;
        return this.proven_.has(kind) ? real : this.blank(kind, real);
    }

    private blank(kind: Kind, of: MediaStreamTrack): MediaStreamTrack {
        const known = this.blanks_.get(kind);
        if (known?.of === of) return known.track;
        known?.track.stop();
        const track = of.clone();
        track.enabled = false;
        this.blanks_.set(kind, { of, track });
        return track;
    }

    /**
     * The one place where senders are made, always before the offer and never from a remote one: an encoded
     * transform set on a sender later, or on a transceiver of a remote offer, silently never runs in Chromium.
     */
    private async addSenders(pc: RTCPeerConnection): Promise<void> {
        this.proven_.clear();
        const connection = ++this.connection_;
        const stream = new MediaStream([...this.tracks_.values()]);
        for (const kind of ['audio', 'video'] as const) {
            const transceiver = pc.addTransceiver(this.wanted(kind) ?? kind, {
                direction: 'sendonly',
                streams: [stream],
                sendEncodings: [{ maxBitrate: kMaxBitrate[kind] }],
            });
            transceiver.sender.transform = this.protection_.transform({ direction: 'out', kind, connection });
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
