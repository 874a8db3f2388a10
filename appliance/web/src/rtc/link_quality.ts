// How what comes from a person is, in words: from what WebRTC counts of one slot of the way down. Pure.

/** `none`: nothing comes. */
export type LinkQuality = 'good' | 'unsteady' | 'poor' | 'none';

/** Sums since the connection began. */
export interface SlotCounts {
    readonly audioPackets: number;
    readonly audioLost: number;
    readonly samples: number; // of sound
    readonly concealed: number; // of these, made up because nothing had come in time
    readonly frames: number;
    readonly freezeMs: number;
}

export const kNothingCounted: SlotCounts = { audioPackets: 0, audioLost: 0, samples: 0, concealed: 0, frames: 0, freezeMs: 0 };

/** Shares of lost packets or of concealed sound from which words get lost, and from which an answer cannot be judged. */
const kUnsteady = 0.02;
const kPoor = 0.08;
/** Of the time that was measured. */
const kFrozenUnsteady = 0.1;
const kFrozenPoor = 0.4;

const share = (part: number, whole: number): number => (whole > 0 ? Math.max(0, part) / whole : 0);

/** `ms`: between the two counts. */
export function qualityBetween(before: SlotCounts, after: SlotCounts, ms: number): LinkQuality {
    const packets = after.audioPackets - before.audioPackets;
    const lost = after.audioLost - before.audioLost;
    if (packets <= 0 && after.frames - before.frames <= 0) return 'none';
    const missing = Math.max(
        share(lost, packets + lost), share(after.concealed - before.concealed, after.samples - before.samples));
    const frozen = share(after.freezeMs - before.freezeMs, ms);
    if (missing >= kPoor || frozen >= kFrozenPoor) return 'poor';
    return missing >= kUnsteady || frozen >= kFrozenUnsteady ? 'unsteady' : 'good';
}

/** The members of WebRTC's statistics (W3C webrtc-stats) that count here; a browser may lack some. */
export type InboundStat = Partial<Record<
    'packetsReceived' | 'packetsLost' | 'totalSamplesReceived' | 'concealedSamples' | 'silentConcealedSamples'
    | 'framesDecoded' | 'totalFreezesDuration', number>> & { readonly kind?: string };

export function slotCounts(stats: readonly InboundStat[]): SlotCounts {
    const of = (kind: string): InboundStat => stats.find((stat) => stat.kind === kind) ?? {};
    const audio = of('audio');
    const video = of('video');
    return {
        audioPackets: audio.packetsReceived ?? 0,
        audioLost: audio.packetsLost ?? 0,
        samples: audio.totalSamplesReceived ?? 0,
        // Silence that fills a microphone's being off is no loss.
        concealed: (audio.concealedSamples ?? 0) - (audio.silentConcealedSamples ?? 0),
        frames: video.framesDecoded ?? 0,
        freezeMs: (video.totalFreezesDuration ?? 0) * 1000,
    };
}
