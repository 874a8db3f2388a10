// What a page really sends and shows: how each of its connections is encrypted, and microphone and camera as the button
// says them, as the track has them and as the statistics count them.

/** By "up" and "down": what protects that connection. Empty while it is not connected. */
export const encryption = (page) => page.evaluate(async () => {
    const legs = {};
    for (const pc of window.sightlineProbe.connections) {
        if (pc.connectionState !== 'connected') continue;
        const reports = await pc.getStats();
        if (pc.connectionState !== 'connected') continue; // it closed meanwhile, and says nothing of what it was
        const transport = [...reports.values()].find(({ type }) => type === 'transport');
        const fingerprint = (id) => reports.get(id)?.fingerprint;
        const said = (description) => /^a=fingerprint:sha-256 (\S+)/m.exec(description?.sdp ?? '')?.[1];
        const plain = [pc.localDescription, pc.remoteDescription].some((description) =>
            [...(description?.sdp ?? '').matchAll(/^m=\S+ \d+ (\S+)/gm)].some(([, protocol]) => protocol !== 'UDP/TLS/RTP/SAVPF'));
        const up = pc.getTransceivers().some(({ direction }) => direction === 'sendonly');
        legs[up ? 'up' : 'down'] = {
            state: transport.dtlsState, tls: transport.tlsVersion, cipher: transport.dtlsCipher, srtp: transport.srtpCipher,
            ours: fingerprint(transport.localCertificateId), hubs: fingerprint(transport.remoteCertificateId),
            oursAsOffered: said(pc.localDescription), hubsAsAnswered: said(pc.remoteDescription), plain,
        };
    }
    return legs;
});

/** Over `forMs`: { audio, video }, each { shown, enabled, packets, frames, energy }. */
export const devices = (page, forMs = 700) => page.evaluate(async (duration) => {
    const shown = (name) => document.querySelector(`[data-capture="${name}"]`)?.dataset.state;
    async function counted() {
        const sums = { audio: { frames: 0, energy: 0 }, video: { frames: 0, energy: 0 } };
        for (const pc of window.sightlineProbe.connections) {
            if (pc.connectionState === 'closed') continue;
            for (const report of (await pc.getStats()).values()) {
                const sum = sums[report.kind];
                if (report.type === 'outbound-rtp') sum.frames += report.framesSent ?? report.packetsSent;
                if (report.type === 'media-source') sum.energy += report.totalAudioEnergy ?? 0;
            }
        }
        return sums;
    }
    const before = await counted();
    await new Promise((done) => setTimeout(done, duration));
    const after = await counted();
    const tracks = window.sightlineProbe.connections.filter((pc) => pc.connectionState !== 'closed')
        .flatMap((pc) => pc.getSenders()).map(({ track }) => track).filter(Boolean);
    const of = (kind, name) => {
        const track = tracks.find((one) => one.kind === kind);
        return {
            shown: shown(name), on: track !== undefined && track.enabled && track.readyState === 'live',
            sent: after[kind].frames - before[kind].frames, energy: after[kind].energy - before[kind].energy,
        };
    };
    return { audio: of('audio', 'microphone'), video: of('video', 'camera') };
}, forMs);

/** What this page is shown of somebody else's microphone and camera: { audio, video }, each "on" or "off". */
export const shownOf = (page, participant) => page.evaluate((id) => {
    const tile = document.querySelector(`figure[data-participant="${id}"]`);
    if (tile === null) return undefined;
    return {
        audio: tile.querySelector('.muted-mark') === null ? 'on' : 'off',
        video: tile.dataset.cover === 'camera_off' ? 'off' : 'on',
    };
}, participant);
