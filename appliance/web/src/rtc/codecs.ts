// The codecs we speak: VP8 with its retransmission, and Opus. Every browser has them.

const kWanted: Record<'audio' | 'video', readonly string[]> = {
    audio: ['audio/opus'],
    video: ['video/vp8', 'video/rtx'],
};

/** Must come before the offer. A browser without the call offers all it has, and the hub chooses. */
export function preferOurCodecs(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
    const all = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    const ours = all.filter((codec) => kWanted[kind].includes(codec.mimeType.toLowerCase()));
    if (ours.length > 0 && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(ours);
}
